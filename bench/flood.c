/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* flood.c - ramure-flood: sends numbered lines to a multicast group on lo, and reads back what a
 * receiver shows of them.
 *
 * Standard input is the receiver's standard output: a pipe, or the file that it writes, which is
 * followed as it grows. Each line is looked at: number, size, order. So nothing counts that the
 * receiver did not show, and the report says what was lost.
 *
 * With --window W at most W lines are on their way: a receiver of any speed loses none, and the
 * rate is the one it sustains. Without, lines go out as fast as the kernel takes them, and the
 * receiver loses what it cannot keep.
 *
 * The report is one JSON object: lines sent, shown, lost and wrong (damaged, repeated or out of
 * order), and the seconds from the first line sent to the last one shown.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_PREFIX    "load: line "
#define PREFIX_SIZE    (sizeof(LINE_PREFIX) - 1)
#define DIGITS         8
#define LINE_SIZE_MIN  (PREFIX_SIZE + DIGITS)
#define LINE_SIZE_MAX  1200
#define LINES_MAX      UINT64_C(99999999) /* What DIGITS can number. */
#define BURST_MAX      64                 /* UDP_MAX_SEGMENTS of kernels before 6.9. */
#define BURST_SIZE_MAX 65000              /* One UDP_SEGMENT send is at most one IP packet. */
#define INPUT_SIZE     ((size_t)1 << 20)
#define NS_PER_S       INT64_C(1000000000)
#define QUIET_NS       (NS_PER_S / 2) /* Nothing shown for so long: the rest is lost. */
#define PEEK_NS        50000          /* How often a growing file is looked at. */

struct options {
	struct sockaddr_in group;
	size_t line_size;
	uint64_t window; /* In lines. */
	int64_t duration_ns;
	bool has_gso;
};

struct flood {
	struct options o;
	int fd;
	bool follows_file; /* Standard input is a file, whose end is not the end. */
	bool has_ended;    /* The receiver closed its output. */
	uint64_t sent, shown, wrong;
	uint64_t next;        /* The number after the highest one shown. */
	int64_t last_read_ns; /* When lines were last shown. */
	size_t kept;          /* Bytes of an unfinished line at the beginning of `input`. */
	char burst[BURST_SIZE_MAX];
	char input[INPUT_SIZE];
};

__attribute__((noreturn)) static void fail(const char *what)
{
	(void)fprintf(stderr, "ramure-flood: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		fail("clock_gettime");
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* --- Sending --- */

static int open_socket(const struct sockaddr_in *group)
{
	struct ip_mreqn interface = {.imr_address.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("socket");
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)) != 0)
		fail("IP_MULTICAST_IF");
	if (connect(fd, (const struct sockaddr *)group, sizeof(*group)) != 0)
		fail("connect");
	return fd;
}

/* At most half a window, so that the next burst is on its way while one is shown. */
static size_t burst_count(const struct options *o)
{
	size_t count = o->has_gso ? BURST_SIZE_MAX / o->line_size : 1;
	if (count > BURST_MAX)
		count = BURST_MAX;
	if (count > o->window / 2)
		count = (size_t)(o->window / 2);
	return count > 0 ? count : 1;
}

static void number_line(char *line, uint64_t number)
{
	for (size_t i = DIGITS; i > 0; i--, number /= 10)
		line[PREFIX_SIZE + i - 1] = (char)('0' + number % 10);
}

static void prepare_burst(struct flood *f)
{
	static const char filler[] = "The quick brown fox jumps over the lazy dog, and back. ";
	for (size_t i = 0; i < burst_count(&f->o); i++) {
		char *line = f->burst + i * f->o.line_size;
		for (size_t at = 0; at < f->o.line_size; at++)
			line[at] = filler[at % (sizeof(filler) - 1)];
		memcpy(line, LINE_PREFIX, PREFIX_SIZE);
	}
	int segment = (int)f->o.line_size;
	if (f->o.has_gso && setsockopt(f->fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)) != 0)
		fail("UDP_SEGMENT (--no-gso does without)");
}

static void send_burst(struct flood *f)
{
	size_t count = burst_count(&f->o);
	for (size_t i = 0; i < count; i++)
		number_line(f->burst + i * f->o.line_size, f->sent + i);
	ssize_t size = send(f->fd, f->burst, count * f->o.line_size, 0);
	if (size >= 0)
		f->sent += count;
	else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
		fail("send");
}

/* --- Reading what is shown --- */

static void check_line(struct flood *f, const char *line, size_t size)
{
	uint64_t number = 0;
	if (size < PREFIX_SIZE || memcmp(line, LINE_PREFIX, PREFIX_SIZE) != 0)
		return; /* Of the receiver itself, such as its arrival. */
	for (size_t i = PREFIX_SIZE; i < LINE_SIZE_MIN && i < size; i++)
		number = number * 10 + (uint64_t)(line[i] - '0');
	if (size != f->o.line_size || number < f->next || number >= f->sent) {
		f->wrong++;
		return;
	}
	f->next = number + 1;
	f->shown++;
}

static void check_lines(struct flood *f, size_t size)
{
	char *at = f->input, *end = f->input + size, *line_end;
	while ((line_end = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		check_line(f, at, (size_t)(line_end - at));
		at = line_end + 1;
	}
	f->kept = (size_t)(end - at);
	if (f->kept == INPUT_SIZE)
		f->kept = 0; /* No line of ours. */
	memmove(f->input, at, f->kept);
}

/* Reads what is there; false if that is nothing. */
static bool read_lines(struct flood *f)
{
	ssize_t size = read(STDIN_FILENO, f->input + f->kept, INPUT_SIZE - f->kept);
	if (size < 0 && errno != EAGAIN && errno != EINTR)
		fail("read");
	f->has_ended = size == 0 && !f->follows_file;
	if (size <= 0)
		return false;
	uint64_t before = f->next;
	check_lines(f, f->kept + (size_t)size);
	if (f->next != before)
		f->last_read_ns = now_ns();
	return true;
}

static void wait_for_lines(const struct flood *f)
{
	struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
	struct timespec pause = {.tv_nsec = PEEK_NS};
	if (f->follows_file)
		(void)nanosleep(&pause, NULL);
	else
		(void)poll(&ready, 1, 10);
}

/* --- The run --- */

static bool may_send(const struct flood *f)
{
	return f->sent - f->next + burst_count(&f->o) <= f->o.window &&
	       f->sent < LINES_MAX - BURST_MAX;
}

static void run(struct flood *f)
{
	int64_t begin_ns = now_ns(), now = begin_ns;
	f->last_read_ns = begin_ns;
	while (!f->has_ended) {
		bool is_sending = now < begin_ns + f->o.duration_ns;
		bool can_send = is_sending && may_send(f);
		if (can_send)
			send_burst(f);
		if (!read_lines(f) && !can_send)
			wait_for_lines(f);
		now = now_ns();
		bool is_quiet = now - f->last_read_ns > QUIET_NS;
		if (!is_sending && (f->next == f->sent || is_quiet))
			break;
		if (is_quiet && !can_send)
			f->next = f->sent; /* The whole window was lost: go on with another. */
	}
	double seconds = (double)(f->last_read_ns - begin_ns) / (double)NS_PER_S;
	(void)printf("{\"sent\": %llu, \"shown\": %llu, \"lost\": %llu, \"wrong\": %llu, "
		     "\"seconds\": %.6f}\n",
		     (unsigned long long)f->sent, (unsigned long long)f->shown,
		     (unsigned long long)(f->sent - f->shown), (unsigned long long)f->wrong,
		     seconds);
}

static double parse_number(const char *text, double min, double max)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end != '\0' || value < min || value > max) {
		(void)fprintf(stderr, "ramure-flood: '%s': not a number from %g to %g\n", text, min,
			      max);
		exit(2);
	}
	return value;
}

static void parse_options(int argc, char **argv, struct options *o)
{
	static const struct option long_options[] = {
		{"size", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 'd'},
		{"window", required_argument, NULL, 'w'},
		{"no-gso", no_argument, NULL, 'n'},
		{0},
	};
	int option;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == 's')
			o->line_size = (size_t)parse_number(optarg, LINE_SIZE_MIN, LINE_SIZE_MAX);
		else if (option == 'd')
			o->duration_ns = (int64_t)(parse_number(optarg, 0, 60) * (double)NS_PER_S);
		else if (option == 'w')
			o->window = (uint64_t)parse_number(optarg, 1, (double)LINES_MAX);
		else if (option == 'n')
			o->has_gso = false;
		else
			exit(2);
	}
	if (argc - optind != 2 || inet_pton(AF_INET, argv[optind], &o->group.sin_addr) != 1) {
		(void)fputs("usage: ramure-flood GROUP PORT [--size BYTES] [--seconds S] "
			    "[--window LINES] [--no-gso]  <receiver's output\n",
			    stderr);
		exit(2);
	}
	o->group.sin_family = AF_INET;
	o->group.sin_port = htons((uint16_t)parse_number(argv[optind + 1], 1, 65535));
}

int main(int argc, char **argv)
{
	static struct flood f;
	struct stat input;
	f.o = (struct options){
		.line_size = 100, .window = LINES_MAX, .duration_ns = NS_PER_S, .has_gso = true};
	parse_options(argc, argv, &f.o);
	if (fstat(STDIN_FILENO, &input) != 0)
		fail("standard input");
	f.follows_file = S_ISREG(input.st_mode);
	if (fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) != 0)
		fail("standard input");
	f.fd = open_socket(&f.o.group);
	prepare_burst(&f);
	run(&f);
	return 0;
}
