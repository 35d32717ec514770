// SPDX-License-Identifier: MIT
// A window that loads pictures in threads, moves something, and closes.
import QtQuick 2.0

Rectangle {
    id: root
    width: 200
    height: 200
    property int frames: 0

    Repeater {
        model: 20
        Text { text: "line " + index; x: root.frames % 100; y: index * 10 }
    }
    Timer {
        interval: 10
        running: true
        repeat: true
        onTriggered: {
            root.frames++;
            if (root.frames === 60) {
                console.log("60 frames");
                Qt.quit();
            }
        }
    }
    WorkerScript {
        id: worker
        source: "worker.js"
        onMessage: console.log("the worker says " + messageObject.sum)
    }
    Component.onCompleted: worker.sendMessage({ count: 1000 })
}
