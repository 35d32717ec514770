# SPDX-License-Identifier: MIT
import unittest
from unittest import mock


class Sample(unittest.TestCase):
    def test_passes(self):
        self.assertEqual(1 + 1, 2)

    def test_fails(self):
        self.assertEqual([1, 2], [1, 3])

    def test_patches_a_module(self):
        with mock.patch("json.dumps", return_value="patched"):
            import json
            self.assertEqual(json.dumps(1), "patched")
        self.assertEqual(json.dumps(1), "1")

    @unittest.skip("for the count")
    def test_skipped(self):
        pass

    def test_patches_sys_modules(self):
        with mock.patch.dict("sys.modules", {"colorsys": None}):
            with self.assertRaises(ImportError):
                import colorsys
        import colorsys
        self.assertTrue(colorsys.rgb_to_hsv)
