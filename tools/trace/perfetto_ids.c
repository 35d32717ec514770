/* SPDX-License-Identifier: MIT */
#include "trace/perfetto_ids.h"

#include "base/hash.h"

uint64_t perfetto_id(const struct model *model, enum perfetto_id_kind kind, uint32_t process,
                     uint64_t number)
{
    const struct model_process *its = &model->processes.items[process];
    uint64_t id = hash_mix(hash_mix((uint64_t)its->began, (uint64_t)its->realtime),
                           (uint64_t)its->pid << 8 | kind);

    id = hash_mix(id, number);
    return id ? id : 1;
}

uint64_t perfetto_id_of_process(const struct model *model, uint32_t process)
{
    return perfetto_id(model, ID_PROCESS, process, 0);
}

uint64_t perfetto_id_of_thread(const struct model *model, uint32_t thread)
{
    return perfetto_id(model, ID_THREAD, model->threads.items[thread].process, thread);
}

uint64_t perfetto_id_of_wait(const struct model *model, bool gil, const struct model_wait *wait,
                             size_t number)
{
    return perfetto_id(model, gil ? ID_GIL_WAIT : ID_WAIT,
                       model->threads.items[wait->thread].process, number);
}
