/* bridge.cpp - the calls of SimGrid that report by exception, and its transfers that tell of their end. */
#include "engine/bridge.h"
extern "C" {
#include "base/status.h"
#include "engine/abort.h"
}
#include <csignal>
#include <cstdint>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <simgrid/Exception.hpp>
#include <simgrid/engine.h>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/plugins/energy.h>
#include <simgrid/s4u.hpp>
#include <simgrid/version.h>
#if SIMGRID_VERSION >= 33400
#include <simgrid/simcall.hpp>
#else
#include <simgrid/simix.hpp>
#endif
#include <string>
#include <vector>
#include <xbt/config.h>
#include <xbt/config.hpp>

namespace sg4 = simgrid::s4u;

static void no_memory() { dt_die(DT_EMEMORY, "no memory left for SimGrid"); }

bool dt_bridge_load(const char *path, char *reason, size_t size) {
    std::set_new_handler(no_memory);
    try {
        sg4::Engine::get_instance()->load_platform(path);
        sg4::Engine::get_instance()->seal_platform();   /* as a run would at its beginning: routes are asked for before that */
        return true;
    } catch (const std::exception &e) {
        dt_abort_one_line(e.what(), reason, size);
        return false;
    }
}

/* ---- routes -------------------------------------------------------------------------------- */

/* The pair of hosts whose route is looked up: if there is none, SimGrid aborts (Full, Floyd) or follows a null pointer
 * (Dijkstra), and the signal handler names the pair. */
static const char *asked_from, *asked_to;

static void no_route(int) { dt_die(DT_EINVAL, "platform: there is no route from host %s to host %s", asked_from, asked_to); }

static void ask_route(sg_host_t from, sg_host_t to) {
    std::vector<sg4::Link *> links;
    double latency = 0;
    asked_from = from->get_cname();
    asked_to = to->get_cname();
    struct sigaction ends = {}, aborted, crashed;       /* SimGrid's own handlers depend on their flags */
    ends.sa_handler = no_route;
    sigaction(SIGABRT, &ends, &aborted);
    sigaction(SIGSEGV, &ends, &crashed);
    try {
        from->route_to(to, links, &latency);
    } catch (const std::exception &) {
        no_route(0);
    }
    if (links.empty() && latency <= 0) no_route(0);     /* where hosts have coordinates a way may have no link */
    sigaction(SIGABRT, &aborted, nullptr);
    sigaction(SIGSEGV, &crashed, nullptr);
}

/* A hash table of pairs whose route was looked up.  It grows to twice its size when half of it is used, up to MOST. */
struct known_pair { sg_host_t from, to; };
static std::vector<known_pair> known;
static size_t known_taken;

static known_pair &known_place(sg_host_t from, sg_host_t to) {
    const auto a = reinterpret_cast<uintptr_t>(from) >> 4, b = reinterpret_cast<uintptr_t>(to) >> 4;
    return known[((a * 0x9E3779B97F4A7C15u) ^ (b * 0xC2B2AE3D27D4EB4Fu)) >> 20 & (known.size() - 1)];
}

static void known_grow() {
    std::vector<known_pair> old(2 * known.size());
    old.swap(known);
    known_taken = 0;
    for (const auto &pair : old) {
        if (pair.from == nullptr) continue;
        auto &place = known_place(pair.from, pair.to);
        known_taken += place.from == nullptr;
        place = pair;
    }
}

/* The route of a pair is looked up before its first flow, and again only if another pair has taken its place in the table. */
static void check_route(sg_host_t from, sg_host_t to) {
    constexpr size_t MOST = 1 << 20;
    if (known.empty()) known.resize(1 << 14);       /* not before main, where a failure could not be reported */
    const auto &place = known_place(from, to);
    if (place.from == from && place.to == to) return;
    ask_route(from, to);
    if (2 * known_taken > known.size() && known.size() < MOST) known_grow();
    auto &taken = known_place(from, to);
    known_taken += taken.from == nullptr;
    taken = { from, to };
}

/* ---- transfers ----------------------------------------------------------------------------- */

static void (*flow_ended)(void *arg, bool whole, double left);
static sg4::CommPtr told;       /* the flow that SimGrid reports must exist until the report is over */

/* SimGrid reports a cancelled flow at once, and a second time when it has finished.  It warns of any Comm that is released before
 * it is whole, so failed ones are kept for ever. */
static void flow_tell(const sg4::Comm &comm) {
    auto *mine = const_cast<sg4::Comm *>(&comm);
    bool whole = comm.get_state() == sg4::Activity::State::FINISHED;
    void *arg = comm.get_data<void>();
    if (arg == nullptr) return;
    mine->set_data(nullptr);
    if (whole) told = sg4::CommPtr(mine, false);        /* the count that dt_bridge_begin took */
    flow_ended(arg, whole, whole ? 0 : comm.get_remaining());
}

void dt_bridge_listen(void (*ended)(void *arg, bool whole, double left)) {
    flow_ended = ended;
#if SIMGRID_VERSION >= 33400
    sg4::Comm::on_completion_cb(flow_tell);
#else
    sg4::Activity::on_completion_cb([](const sg4::Activity &activity) {
        if (auto *comm = dynamic_cast<const sg4::Comm *>(&activity)) flow_tell(*comm);
    });
#endif
}

/* A flow is started in SimGrid's own thread and not by an actor: only the end of such activities is reported without a wait. */
dt_bridge_flow *dt_bridge_begin(sg_host_t from, sg_host_t to, double bytes, void *arg) {
    check_route(from, to);
    return simgrid::kernel::actor::simcall_answered([=] {
        sg4::CommPtr comm = sg4::Comm::sendto_init();
        comm->set_data(arg);
        comm->set_payload_size(static_cast<uint64_t>(bytes));
        comm->set_source(from)->set_destination(to);
        if (comm->get_state() != sg4::Activity::State::STARTED) comm->start();      /* a flow of no bytes is not started yet */
        return reinterpret_cast<dt_bridge_flow *>(comm.detach());
    });
}

void dt_bridge_cancel(dt_bridge_flow *transfer) { reinterpret_cast<sg4::Comm *>(transfer)->cancel(); }

double dt_bridge_left(const dt_bridge_flow *transfer) { return reinterpret_cast<const sg4::Comm *>(transfer)->get_remaining(); }

void dt_bridge_break(sg_exec_t exec) { exec->cancel(); }

bool dt_bridge_fair(sg_link_t link) {
    sg4::Link::SharingPolicy policy = link->get_sharing_policy();
    return policy != sg4::Link::SharingPolicy::WIFI && policy != sg4::Link::SharingPolicy::NONLINEAR;
}

size_t dt_bridge_route(sg_host_t from, sg_host_t to, sg_link_t *link, size_t room, double *latency_s) {
    std::vector<sg4::Link *> links;
    *latency_s = 0;
    from->route_to(to, links, latency_s);
    for (size_t i = 0; i < links.size() && i < room; i++) link[i] = links[i];
    return links.size();
}

size_t dt_bridge_properties(const_sg_host_t host, const char **name, size_t room) {
    const auto *all = host->get_properties();
    size_t count = 0;
    for (auto at = all->begin(); at != all->end(); ++at, count++)
        if (count < room) name[count] = at->first.c_str();
    return count;
}

void dt_bridge_preset(const char *key, bool on) { simgrid::config::set_default<bool>(key, on); }

void dt_bridge_preset_text(const char *key, const char *text) { simgrid::config::set_default<std::string>(key, text); }

#if SIMGRID_VERSION >= 33400
/* Either one number, or "bound:factor;bound:factor;...": the largest bound below the size decides. */
double dt_bridge_factor(const char *key, double bytes) {
    const std::string text = simgrid::config::get_value<std::string>(key);
    if (text.find(':') == std::string::npos) return std::atof(text.c_str());
    double factor = 1, bound = -1, from, value;
    for (size_t at = 0; at < text.size(); at = std::min(text.find(';', at), text.size() - 1) + 1)
        if (std::sscanf(text.c_str() + at, "%lf:%lf", &from, &value) == 2 && from < bytes && from > bound) {
            bound = from;
            factor = value;
        }
    return factor;
}
#else
double dt_bridge_factor(const char *key, double) { return sg_cfg_get_double(key); }
#endif

void dt_bridge_at_once(void (*call)(void *arg), void *arg) {
    simgrid::kernel::actor::simcall_answered([=] { call(arg); });
}

void dt_bridge_soon(void (*call)(void *arg), void *arg) {
    simgrid::kernel::timer::Timer::set(simgrid_get_clock(), [=] { call(arg); });
}

void dt_bridge_at(double time_s, void (*call)(void *arg), void *arg) {
    simgrid::kernel::timer::Timer::set(time_s, [=] { call(arg); });
}

void dt_bridge_energy(void) {
    sg_host_energy_plugin_init();
}

/* SimGrid splits a duplex link into two, NAME_UP and NAME_DOWN, which do not have its properties: those of the whole link. */
static const sg4::Link *split_from(const sg4::Link *link) {
    const std::string name = link->get_name();
    const auto cut = name.rfind('_');
    if (cut == std::string::npos || (name.compare(cut, 3, "_UP") != 0 && name.compare(cut, 5, "_DOWN") != 0)) return link;
    try {
        return sg4::Engine::get_instance()->split_duplex_link_by_name(name.substr(0, cut));
    } catch (const std::exception &) {
        return link;
    }
}

void dt_bridge_link_watts(sg_link_t link, double *idle, double *busy) {
    const char *range = link->get_property("wattage_range");
    if (range == nullptr) range = split_from(link)->get_property("wattage_range");
    if (range == nullptr || std::sscanf(range, "%lf:%lf", idle, busy) != 2) *idle = *busy = 0;
}

void dt_bridge_link_switch(sg_link_t link, bool on) {
    if (on) link->turn_on();
    else link->turn_off();
}

static bool way_is_cut(sg_host_t from, sg_host_t to) {
    std::vector<sg4::Link *> links;
    double latency;
    from->route_to(to, links, &latency);
    return std::any_of(links.begin(), links.end(), [](const sg4::Link *link) { return !link->is_on(); });
}

bool dt_bridge_cut(sg_host_t from, sg_host_t to) {
    return way_is_cut(from, to) || (sg_cfg_get_boolean("network/crosstraffic") && way_is_cut(to, from));
}

bool dt_bridge_run(char *reason, size_t size) {
    try {
        sg4::Engine::get_instance()->run();
        return true;
    } catch (const std::exception &e) {
        dt_abort_one_line(e.what(), reason, size);
        return false;
    }
}
