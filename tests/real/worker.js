// SPDX-License-Identifier: MIT
// The thread of scene.qml.
WorkerScript.onMessage = function (message) {
    var sum = 0;
    for (var i = 0; i < message.count; i++)
        sum += i;
    WorkerScript.sendMessage({ sum: sum });
};
