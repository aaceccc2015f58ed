/* dumbbell.cpp - TCP flows through one long link, packet by packet: what dtsim's flows are compared with.
 * Usage: dumbbell RATE DELAY QUEUE FLOW...: bits/s and seconds of the long link, packets before it, and for each flow
 * BYTES:DELAY, what it sends and the seconds of its own link.  A flow sends its message on a new connection (TCP CUBIC,
 * windows of 4 MiB, as SimGrid assumes), and once more, two seconds after the first has arrived at all.
 * One line a flow: the seconds of its first and of its second message. */
#include <ns3/applications-module.h>
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>
#include <ns3/traffic-control-module.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;

namespace {

constexpr uint16_t port = 5000;
constexpr uint32_t window = 4194304;
constexpr double pause_s = 2;

struct Flow {
    uint64_t bytes = 0, unsent = 0, received = 0;
    double delay_s = 0, start_s = 0, took_s[2] = { 0, 0 };
    int message = 0;
    Ipv4Address where;
    Ptr<Socket> sender, listener;
};

std::vector<std::unique_ptr<Flow>> flows;

void fill(Flow *f) {
    while (f->unsent > 0 && f->sender->GetTxAvailable() > 0) {
        uint64_t most = std::min<uint64_t>({ f->unsent, f->sender->GetTxAvailable(), 65536 });
        int sent = f->sender->Send(Create<Packet>(static_cast<uint32_t>(most)));
        if (sent <= 0) return;
        f->unsent -= static_cast<uint64_t>(sent);
    }
}

void begin(Flow *f) {
    f->start_s = Simulator::Now().GetSeconds();
    f->unsent = f->bytes;
    f->received = 0;
    fill(f);
}

/* The second messages begin together, as the first did, when all acknowledgements are back. */
void finish(Flow *f) {
    f->took_s[f->message++] = Simulator::Now().GetSeconds() - f->start_s;
    for (auto &other : flows)
        if (other->message < 1) return;
    if (f->message == 1)
        for (auto &other : flows) Simulator::Schedule(Seconds(pause_s), begin, other.get());
}

void take(Flow *f, Ptr<Socket> socket) {
    while (Ptr<Packet> p = socket->Recv()) f->received += p->GetSize();
    if (f->received >= f->bytes && f->message < 2) {
        f->received = 0;
        finish(f);
    }
}

NetDeviceContainer join(Ptr<Node> a, Ptr<Node> b, double rate, double delay_s, unsigned queue) {
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", DataRateValue(DataRate(static_cast<uint64_t>(rate))));
    link.SetChannelAttribute("Delay", TimeValue(Seconds(delay_s)));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", QueueSizeValue(QueueSize(QueueSizeUnit::PACKETS, queue)));
    return link.Install(a, b);
}

Ipv4InterfaceContainer address(const NetDeviceContainer &devices) {
    static Ipv4AddressHelper helper("10.0.0.0", "255.255.255.0");
    Ipv4InterfaceContainer got = helper.Assign(devices);
    TrafficControlHelper().Uninstall(devices);
    helper.NewNetwork();
    return got;
}

void accept(Flow *f, Ptr<Socket> socket) {
    socket->SetRecvCallback(Callback<void, Ptr<Socket>>([f](Ptr<Socket> s) { take(f, s); }));
}

void connect(Flow *f, Ptr<Node> from, Ptr<Node> to) {
    f->listener = Socket::CreateSocket(to, TcpSocketFactory::GetTypeId());
    f->listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    f->listener->Listen();
    f->listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address &>(),
        Callback<void, Ptr<Socket>, const Address &>([f](Ptr<Socket> s, const Address &) { accept(f, s); }));
    f->sender = Socket::CreateSocket(from, TcpSocketFactory::GetTypeId());
    f->sender->Bind();
    f->sender->SetConnectCallback(Callback<void, Ptr<Socket>>([f](Ptr<Socket>) { fill(f); }),
                                  MakeNullCallback<void, Ptr<Socket>>());
    f->sender->SetSendCallback(Callback<void, Ptr<Socket>, uint32_t>([f](Ptr<Socket>, uint32_t) { fill(f); }));
    f->unsent = f->bytes;
    f->sender->Connect(InetSocketAddress(f->where, port));
}

void settings() {
    Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TypeId::LookupByName("ns3::TcpCubic")));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(window));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(window));
    Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
}

}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    settings();
    NodeContainer middle, left, right;
    middle.Create(2);
    left.Create(static_cast<uint32_t>(argc - 4));
    right.Create(static_cast<uint32_t>(argc - 4));
    InternetStackHelper stack;
    stack.InstallAll();
    address(join(middle.Get(0), middle.Get(1), std::stod(argv[1]), std::stod(argv[2]),
                 static_cast<unsigned>(std::stoul(argv[3]))));
    for (uint32_t i = 0; i < left.GetN(); i++) {
        std::string text = argv[4 + i];
        flows.push_back(std::make_unique<Flow>());
        Flow *f = flows.back().get();
        f->bytes = std::stoull(text);
        f->delay_s = std::stod(text.substr(text.find(':') + 1));
        address(join(left.Get(i), middle.Get(0), 1e10, f->delay_s, 100000));
        f->where = address(join(middle.Get(1), right.Get(i), 1e10, 0, 100000)).GetAddress(1);
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    for (uint32_t i = 0; i < left.GetN(); i++) connect(flows[i].get(), left.Get(i), right.Get(i));
    Simulator::Stop(Seconds(100000));
    Simulator::Run();
    for (auto &f : flows) std::printf("%.9g %.9g\n", f->took_s[0], f->took_s[1]);
    Simulator::Destroy();
    return 0;
}
