# SPDX-License-Identifier: MIT
# Sourced by real-programs.sh: GLib, GTK and Qt.
# shellcheck shell=bash disable=SC2034,SC2154

NEEDS[gstreamer]=gst-launch-1.0
real_gstreamer() {
    export HOME=$PWD
    "${UNDER[@]}" gst-launch-1.0 -q videotestsrc num-buffers=300 ! video/x-raw,width=320,height=240 \
        ! tee name=t ! queue ! videoconvert ! video/x-raw,format=RGB ! filesink location=one \
        t. ! queue ! videoscale ! video/x-raw,width=160,height=120 ! queue \
        ! filesink location=two audiotestsrc num-buffers=100 ! queue ! audioconvert \
        ! fakesink sync=false
    sha256sum one two
}

# A dialogue that ends when its input does.
NEEDS[gtk]="zenity xvfb-run"
real_gtk() {
    export HOME=$PWD NO_AT_BRIDGE=1
    seq 1 4 100 | xvfb-run -a "${UNDER[@]}" zenity --progress --auto-close 2>gtk.log
    echo "ended by itself"
}

NEEDS[qt]="qmlscene xvfb-run"
real_qt() {
    export HOME=$PWD XDG_RUNTIME_DIR=$PWD QT_QUICK_BACKEND=software QT_SELECT=5
    chmod 700 "$PWD"
    xvfb-run -a "${UNDER[@]}" qmlscene "$TESTS/real/scene.qml" 2>qt.log
    grep -a '^qml: ' qt.log
}
