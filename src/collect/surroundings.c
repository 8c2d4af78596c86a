/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
/* surroundings.c - is this host a container, or somebody's cloud? */
#include "collect/files.h"
#include "collect/host.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct mark {
	const char *text, *name;
};

/* The first mark whose text is in the line; "" if none is. */
static const char *marked(const char *line, const struct mark *marks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(line, marks[i].text))
			return marks[i].name;
	return "";
}

/* systemd's names of containers (systemd-detect-virt), and the marks that their managers leave. */
static const char *container(char *line, size_t size)
{
	static const struct mark groups[] = {
		{"kubepods", "kubernetes"},
		{"docker", "docker"},
		{"libpod", "podman"},
		{"lxc", "lxc"},
		{"machine.slice", "systemd-nspawn"},
	};
	const char *said = getenv("container");
	if (getenv("KUBERNETES_SERVICE_HOST"))
		return "kubernetes";
	if (said && said[0]) {
		(void)snprintf(line, size, "%.31s", said);
		return line;
	}
	files_line("/run/systemd/container", line, size);
	if (line[0])
		return line;
	if (access("/.dockerenv", F_OK) == 0)
		return "docker";
	if (access("/run/.containerenv", F_OK) == 0)
		return "podman";
	files_line("/proc/1/cgroup", line, size);
	return marked(line, groups, sizeof(groups) / sizeof(*groups));
}

/* What the firmware calls itself. */
static const char *cloud(char *line, size_t size)
{
	static const char *const paths[] = {
		"/sys/class/dmi/id/sys_vendor",
		"/sys/class/dmi/id/bios_vendor",
		"/sys/class/dmi/id/product_name",
		"/sys/class/dmi/id/chassis_asset_tag",
	};
	static const struct mark marks[] = {
		{"Amazon EC2", "aws"},
		{"Google", "gcp"},
		{"7783-7084-3265-9085", "azure"},
		{"DigitalOcean", "digitalocean"},
		{"Hetzner", "hetzner"},
		{"Alibaba Cloud", "alibaba"},
		{"OracleCloud", "oracle"},
		{"Scaleway", "scaleway"},
		{"Vultr", "vultr"},
		{"Linode", "linode"},
		{"OpenStack", "openstack"},
	};
	const char *name = "";
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths) && !name[0]; i++) {
		files_line(paths[i], line, size);
		name = marked(line, marks, sizeof(marks) / sizeof(*marks));
	}
	return name;
}

void collect_surroundings(struct snapshot *s)
{
	char line[256];
	(void)snprintf(s->host->container, sizeof(s->host->container), "%.31s",
		       container(line, sizeof(line)));
	(void)snprintf(s->host->cloud, sizeof(s->host->cloud), "%s", cloud(line, sizeof(line)));
}
