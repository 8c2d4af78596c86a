/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "plot.h"
#include "sim/memory.h"
#include "sim/tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* --- Where the nodes stand --- */

/* Milliseconds on the plane. Without one, to the right: the place in the order of the leaves, down:
 * the delay from the root. */
struct spot {
	double x, y;
};

static void place_on_plane(const struct tree *t, struct spot *spots)
{
	const struct placement *p = &t->world->network.placement;
	for (uint32_t i = 0; i < t->count; i++) {
		const struct topology_point *point =
			&p->topology->points[p->hosts[t->order[i]].place];
		spots[t->order[i]] = (struct spot){point->x_us / 1e3, point->y_us / 1e3};
	}
}

/* Each node is as wide as its leaves are many; a child begins where the one before it ends. */
static void place_by_delay(const struct tree *t, struct spot *spots)
{
	uint32_t *widths = memory_get(t->world->host_count * sizeof(*widths));
	double *begins = memory_get(t->world->host_count * sizeof(*begins));
	for (uint32_t i = t->count; i-- > 0;) {
		uint32_t host = t->order[i];
		widths[host] = widths[host] > 0 ? widths[host] : 1;
		if (t->depths[host] > 0)
			widths[world_parent(t->world, host)] += widths[host];
	}
	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t host = t->order[i], parent = world_parent(t->world, host);
		bool is_root = t->depths[host] == 0;
		double begin = is_root ? 0 : begins[parent];
		begins[host] = begin;
		if (!is_root)
			begins[parent] += widths[host];
		spots[host].x = begin + widths[host] / 2.0;
		spots[host].y =
			is_root ? 0
				: spots[parent].y + (double)network_delay_us(&t->world->network,
									     parent, host) /
							    1e3;
	}
	free(widths);
	free(begins);
}

/* --- The data, as gnuplot reads them --- */

/* A line an edge, and behind it the depth of its lower end. */
static void write_tree(FILE *out, const struct tree *t, const struct spot *spots)
{
	(void)fputs("$tree << END\n", out);
	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t host = t->order[i], parent = world_parent(t->world, host);
		if (t->depths[host] == 0)
			continue;
		const struct spot *from = &spots[parent], *to = &spots[host];
		(void)fprintf(out, "%.3f %.3f %.3f %.3f %d\n", from->x, from->y, to->x - from->x,
			      to->y - from->y, t->depths[host]);
	}
	(void)fputs("END\n", out);
}

/* Value and count, or the share of those up to it. */
static void write_histogram(FILE *out, const char *name, const struct histogram *h, double unit,
			    bool is_share)
{
	uint64_t seen = 0;
	(void)fprintf(out, "$%s << END\n", name);
	if (is_share && h->count > 0)
		(void)fprintf(out, "%.6f 0\n", (double)h->min / unit);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (h->buckets[i] == 0)
			continue;
		seen += h->buckets[i];
		uint64_t value =
			histogram_bucket_max(i) < h->max ? histogram_bucket_max(i) : h->max;
		double shown =
			is_share ? 100.0 * (double)seen / (double)h->count : (double)h->buckets[i];
		(void)fprintf(out, "%.6f %.6f\n", (double)value / unit, shown);
	}
	(void)fputs("END\n", out);
}

/* --- The picture --- */

static void write_head(FILE *out, const char *path)
{
	(void)fputs("set terminal svg size 1200,900 font 'sans,13' background '#ffffff'\n"
		    "set output '",
		    out);
	for (; *path; path++) /* In single quotes, gnuplot knows one escape. */
		(void)fputs(*path == '\'' ? "''" : (char[]){*path, '\0'}, out);
	(void)fputs("'\n"
		    "set multiplot layout 2,2 margins 0.07,0.97,0.08,0.95 spacing 0.13,0.11\n"
		    "set tics nomirror\nset border 3\nunset key\n"
		    "set palette defined (0 '#204a87', 1 '#3465a4', 2 '#73a942', 3 '#e0a526', 4 "
		    "'#a40000')\n",
		    out);
}

/* A picture's place, with a sentence in it; gnuplot stops at a picture without a point. */
static void draw_nothing(FILE *out, const char *why)
{
	(void)fprintf(out,
		      "unset border\nunset tics\nunset xlabel\nunset ylabel\n"
		      "set label 1 '%s' at graph 0.5,0.5 center\nplot [0:1][0:1] NaN notitle\n"
		      "unset label 1\nset border 3\nset tics nomirror\n",
		      why);
}

static void draw_tree(FILE *out, const struct tree *t, bool is_plane)
{
	(void)fprintf(out, "set title 'the tree: %u node%s, by depth'\n", t->count,
		      t->count == 1 ? "" : "s");
	if (t->count > PLOT_TREE_MAX || t->count < 2) {
		draw_nothing(out, t->count < 2 ? "too few to be drawn" : "too many to be drawn");
		return;
	}
	(void)fputs(is_plane ? "set xlabel 'ms'\nset ylabel 'ms'\nset size square\n"
			     : "unset xtics\nset xlabel 'nodes'\nset ylabel 'delay from the root, "
			       "ms'\nset yrange [*:*] reverse\n",
		    out);
	(void)fprintf(out,
		      "set colorbox\n"
		      "plot $tree using 1:2:3:4:5 with vectors nohead lw %s lc palette, "
		      "$tree using ($1+$3):($2+$4):5 with points pt 7 ps %s lc palette\n",
		      t->count > 3000 ? "0.4" : "1", t->count > 3000 ? "0.15" : "0.35");
	(void)fputs("unset colorbox\nset xtics nomirror\nset size nosquare\nset yrange [*:*] "
		    "noreverse\n",
		    out);
}

static void draw_depths(FILE *out, const struct histogram *depths)
{
	(void)fputs("set title 'depth'\nset xlabel 'hops'\nset ylabel 'nodes'\n"
		    "set style fill solid 0.7 noborder\nset boxwidth 0.8\n",
		    out);
	if (depths->count == 0)
		draw_nothing(out, "nobody is in the tree");
	else
		(void)fputs("plot [-0.6:*][0:*] $depth with boxes lc rgb '#3465a4'\n", out);
}

static void draw_delays(FILE *out, const struct histogram *delays)
{
	(void)fputs("set title 'delay of messages'\nset xlabel 'ms'\n"
		    "set ylabel '% of deliveries'\n",
		    out);
	if (delays->count == 0)
		draw_nothing(out, "nothing was delivered");
	else
		(void)fputs("plot [0:*][0:100] $delay with steps lw 2 lc rgb '#204a87'\n", out);
}

static void draw_recovery(FILE *out, const struct measure *m)
{
	bool has_faults = m->recovery_us.count > 0, has_outages = m->outage_us.count > 0;
	(void)fputs("set title 'recovery'\nset xlabel 's'\nset ylabel '%'\nset key bottom right\n",
		    out);
	if (!has_faults && !has_outages) {
		draw_nothing(out, "nobody was cut off, and served again");
		return;
	}
	(void)fprintf(out, "plot [0:*][0:100] %s%s%s\n",
		      has_faults
			      ? "$recovery with steps lw 2 lc rgb '#a40000' title 'faults, until "
				"all are served again'"
			      : "",
		      has_faults && has_outages ? ", " : "",
		      has_outages ? "$outage with steps lw 2 lc rgb '#e0a526' title 'outages of "
				    "members'"
				  : "");
}

static void write_script(FILE *out, const char *path, const struct experiment *e)
{
	const struct world *w = &e->world;
	const struct measure *m = &e->measure;
	bool is_plane = w->network.config.topology && w->network.config.topology->points;
	struct spot *spots = memory_get(w->host_count * sizeof(*spots));
	struct tree t;
	tree_init(&t, w);
	if (is_plane)
		place_on_plane(&t, spots);
	else
		place_by_delay(&t, spots);
	if (t.count <= PLOT_TREE_MAX)
		write_tree(out, &t, spots);
	write_histogram(out, "depth", &m->depth, 1, false);
	write_histogram(out, "delay", &m->delay_us, 1e3, true);
	write_histogram(out, "recovery", &m->recovery_us, 1e6, true);
	write_histogram(out, "outage", &m->outage_us, 1e6, true);
	write_head(out, path);
	draw_tree(out, &t, is_plane);
	draw_depths(out, &m->depth);
	draw_delays(out, &m->delay_us);
	draw_recovery(out, m);
	(void)fputs("unset multiplot\n", out);
	tree_done(&t);
	free(spots);
}

int plot_check(const char *path, struct failure *failure)
{
	if (system("command -v gnuplot >/dev/null 2>&1") != 0)
		return failure_set(failure, -ENOENT,
				   "there is no gnuplot to draw '%s'; it is in Debian's package "
				   "gnuplot-nox",
				   path);
	FILE *probe = fopen(path, "a"); /* gnuplot would say less clearly that it cannot. */
	if (!probe)
		return failure_set(failure, -errno, "cannot write '%s': %s", path, strerror(errno));
	(void)fclose(probe);
	return 0;
}

int plot_run(const char *path, const struct experiment *e, struct failure *failure)
{
	(void)signal(SIGPIPE, SIG_IGN); /* If there is no gnuplot, its end tells. */
	FILE *gnuplot = popen("gnuplot", "w");
	if (!gnuplot)
		return failure_set(failure, -errno, "cannot run gnuplot: %s", strerror(errno));
	write_script(gnuplot, path, e);
	int status = pclose(gnuplot);
	if (status == 0)
		return 0;
	return failure_set(failure, -EIO, "gnuplot could not draw '%s'", path);
}
