/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* star.cc - ramure-ns3-star: datagrams in a star of hosts, simulated by ns-3.
 *
 * Leaves around a hub, each on a link of its own of 0.1 ms; they send the hub one datagram of 100
 * bytes each 200 us, and the hub counts what it receives. With --answers it answers each, and a
 * leaf sends the next one when the answer has come; both are counted. star_sim.c does the same in
 * our simulator. One JSON object on standard output; setup_s is what comes before the run, wall_s
 * the run alone, peak_kib the most memory that was resident.
 *
 * This is ns-3 as fast as its own settings make it: IPv4 alone, static routing alone, no queue
 * disciplines (no flow control, so their layer passes on), no traces, checksums off (as they are),
 * payloads without content, no ARP (point-to-point links have none). Its schedulers differ by less
 * than the noise here. Debian's library has its log statements compiled in, some 5 % of the time.
 */
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <getopt.h>
#include <string>

using namespace ns3;

constexpr uint16_t PORT = 10000;
constexpr uint32_t PAYLOAD_SIZE = 100;
constexpr uint64_t PERIOD_US = 200; /* There and back. */
constexpr char DELAY[] = "0.1ms";
constexpr char RATE[] = "100Gbps"; /* A datagram has left after about 10 ns. */
constexpr uint64_t LEAVES_MAX = 100000;

struct Options {
	uint64_t leaves = 500, datagrams = 500000;
	bool has_answers = false;
};

class Star
{
      public:
	explicit Star(const Options &options);

	uint64_t received = 0;

      private:
	void add_leaf(const NodeContainer &nodes, uint32_t leaf);
	bool may_send();
	void on_time(Ptr<Socket> leaf);
	void on_request(Ptr<Socket> hub);
	void on_answer(Ptr<Socket> leaf);

	Options options;
	uint64_t sent = 0;
	PointToPointHelper link;
	Ipv4AddressHelper addresses{"10.0.0.0", "255.255.255.252"}; /* A network a link. */
};

static Ptr<Socket> open_socket(Ptr<Node> node)
{
	Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
	socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
	return socket;
}

Star::Star(const Options &wanted) : options(wanted)
{
	NodeContainer nodes(static_cast<uint32_t>(options.leaves + 1)); /* The hub is the first. */
	InternetStackHelper stack;
	stack.SetIpv6StackInstall(false);
	stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
	stack.Install(nodes);
	link.SetDeviceAttribute("DataRate", StringValue(RATE));
	link.SetChannelAttribute("Delay", StringValue(DELAY));
	link.DisableFlowControl();
	open_socket(nodes.Get(0))->SetRecvCallback(MakeCallback(&Star::on_request, this));
	for (uint32_t leaf = 0; leaf < options.leaves; leaf++)
		add_leaf(nodes, leaf);
}

void Star::add_leaf(const NodeContainer &nodes, uint32_t leaf)
{
	NetDeviceContainer ends = link.Install(nodes.Get(0), nodes.Get(leaf + 1));
	Ipv4InterfaceContainer interfaces = addresses.Assign(ends);
	addresses.NewNetwork();
	Ptr<Socket> socket = open_socket(nodes.Get(leaf + 1));
	socket->Connect(InetSocketAddress(interfaces.GetAddress(0), PORT));
	socket->SetRecvCallback(MakeCallback(&Star::on_answer, this));
	Simulator::Schedule(MicroSeconds(leaf * PERIOD_US / options.leaves), &Star::on_time, this,
			    socket);
}

/* Counts one more, unless all have been sent. */
bool Star::may_send()
{
	if (sent == options.datagrams)
		return false;
	sent++;
	return true;
}

void Star::on_time(Ptr<Socket> leaf)
{
	if (!may_send())
		return;
	leaf->Send(Create<Packet>(PAYLOAD_SIZE));
	if (!options.has_answers)
		Simulator::Schedule(MicroSeconds(PERIOD_US), &Star::on_time, this, leaf);
}

void Star::on_request(Ptr<Socket> hub)
{
	Address from;
	Ptr<Packet> packet = hub->RecvFrom(from);
	received++;
	if (options.has_answers && may_send())
		hub->SendTo(packet, 0, from);
}

void Star::on_answer(Ptr<Socket> leaf)
{
	leaf->Recv();
	received++;
	on_time(leaf);
}

/* --- The program --- */

static double now_s()
{
	auto now = std::chrono::steady_clock::now().time_since_epoch();
	return std::chrono::duration<double>(now).count();
}

/* Not ru_maxrss: that is no lower than what the program which started this one had. */
static long peak_kib()
{
	std::ifstream status("/proc/self/status");
	for (std::string line; std::getline(status, line);)
		if (line.rfind("VmHWM:", 0) == 0)
			return std::stol(line.substr(6));
	return 0;
}

[[noreturn]] static void usage()
{
	std::fputs("usage: ramure-ns3-star [--leaves N] [--datagrams N] [--answers]\n", stderr);
	std::exit(2);
}

static uint64_t parse_count(const char *text, uint64_t max)
{
	char *end;
	uint64_t value = std::strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || value == 0 || value > max)
		usage();
	return value;
}

static Options parse_options(int argc, char **argv)
{
	const option long_options[] = {{"leaves", required_argument, nullptr, 'l'},
				       {"datagrams", required_argument, nullptr, 'd'},
				       {"answers", no_argument, nullptr, 'a'},
				       {nullptr, 0, nullptr, 0}};
	Options o;
	for (int c; (c = getopt_long(argc, argv, "", long_options, nullptr)) != -1;) {
		if (c == 'l')
			o.leaves = parse_count(optarg, LEAVES_MAX);
		else if (c == 'd')
			o.datagrams = parse_count(optarg, UINT32_MAX);
		else if (c == 'a')
			o.has_answers = true;
		else
			usage();
	}
	if (optind != argc)
		usage();
	return o;
}

int main(int argc, char **argv)
{
	Options options = parse_options(argc, argv);
	double begin_s = now_s();
	Star star(options);
	double ready_s = now_s();
	Simulator::Run();
	double end_s = now_s();
	std::printf("{\"datagrams\": %" PRIu64 ", \"events\": %" PRIu64 ", \"wall_s\": %.6f, "
		    "\"setup_s\": %.6f, \"peak_kib\": %ld}\n",
		    star.received, Simulator::GetEventCount(), end_s - ready_s, ready_s - begin_s,
		    peak_kib());
	Simulator::Destroy();
}
