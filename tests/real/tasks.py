# SPDX-License-Identifier: MIT
"""Tasks of Celery, kept in files: a worker with threads does them, this file asks for them."""

import os

import celery

for folder in "queue", "done":
    os.makedirs(folder, exist_ok=True)

app = celery.Celery("tasks", broker="filesystem://", backend="file://" + os.path.realpath("done"))
app.conf.broker_transport_options = {
    "data_folder_in": "queue",
    "data_folder_out": "queue",
    "store_processed": False,
}


@app.task
def square(number):
    return number * number


if __name__ == "__main__":
    asked = [square.delay(number) for number in range(40)]
    print(sum(result.get(timeout=50) for result in asked))
