/* door.cpp - the calls of SimGrid that report by exception, turned into return values. */
#include "engine/door.h"
#include <cstdio>
#include <exception>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u.hpp>

namespace sg4 = simgrid::s4u;

/* SimGrid appends a backtrace after the first line. */
static void keep_line(const char *what, char *reason, size_t size) {
    std::snprintf(reason, size, "%s", what);
    for (char *c = reason; *c != '\0'; c++)
        if (*c == '\n') *c = '\0';
}

bool dt_door_load(const char *path, char *reason, size_t size) {
    try {
        sg4::Engine::get_instance()->load_platform(path);
        return true;
    } catch (const std::exception &e) {
        keep_line(e.what(), reason, size);
        return false;
    }
}

/* A killed actor is unwound by an exception of its own kind: it passes through here. */
bool dt_door_transfer(sg_host_t from, sg_host_t to, double bytes) {
    try {
        sg4::Comm::sendto(from, to, static_cast<uint64_t>(bytes));
        return true;
    } catch (const simgrid::NetworkFailureException &) {
        return false;
    } catch (const simgrid::HostFailureException &) {
        return false;
    }
}

bool dt_door_run(char *reason, size_t size) {
    try {
        sg4::Engine::get_instance()->run();
        return true;
    } catch (const std::exception &e) {
        keep_line(e.what(), reason, size);
        return false;
    }
}
