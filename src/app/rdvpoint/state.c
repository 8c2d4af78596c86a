/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: the ramure authors */
#include "state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION 1 /* Of the tables; user_version has it. */

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number

/* INSERT OR REPLACE gives a row that is written again the highest rowid: rows are in the order of
 * saving. A journal that stays (PERSIST) spares two changes of the folder each time. */
static const char setup[] = "PRAGMA locking_mode = EXCLUSIVE;"
			    "PRAGMA journal_mode = PERSIST;"
			    "PRAGMA synchronous = FULL;"
			    "BEGIN IMMEDIATE;";
static const char tables[] = "CREATE TABLE roots("
			     " name TEXT NOT NULL,"          /* Of the group; '': the base group. */
			     " family INTEGER NOT NULL,"     /* 4 or 6. */
			     " epoch INTEGER NOT NULL,"      /* Of the last root. */
			     " registered INTEGER NOT NULL," /* 0: none was when it was saved. */
			     " full INTEGER NOT NULL,"       /* Its profile. */
			     " address TEXT NOT NULL,"
			     " port INTEGER NOT NULL,"
			     " id INTEGER NOT NULL,"
			     " UNIQUE(name, family));"
			     "PRAGMA user_version = " TEXT_OF(VERSION) ";";
static const char load[] = "SELECT name, family, epoch, registered, full, address, port, id"
			   " FROM roots ORDER BY registered DESC, rowid DESC";
static const char save[] = "INSERT OR REPLACE INTO roots"
			   "(name, family, epoch, registered, full, address, port, id)"
			   " VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
static const char prune[] = "DELETE FROM roots WHERE rowid IN"
			    " (SELECT rowid FROM roots WHERE registered = 0"
			    "  ORDER BY rowid DESC LIMIT -1 OFFSET ?)";

/* --- Errors --- */

static int errno_of(int code)
{
	switch (code & 0xFF) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_MISMATCH:
	case SQLITE_ERROR: /* Tables that are not ours. */
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	default:
		return -EIO;
	}
}

static int fail(sqlite3 *database, int code, const char *path, struct failure *failure)
{
	int error = errno_of(code), system = sqlite3_system_errno(database);
	const char *text = sqlite3_errmsg(database);
	if (error == -EBADMSG)
		return failure_set(
			failure, error,
			"the state file '%s' is damaged, or something else (%s): move it "
			"away, and roots will register anew",
			path, text);
	if (error == -EBUSY)
		return failure_set(failure, error,
				   "another program has the state file '%s': name a different one "
				   "with --state",
				   path);
	/* What cannot be opened says why by errno. */
	if ((code & 0xFF) == SQLITE_CANTOPEN && system != 0)
		return failure_set(failure, -system, "cannot open the state file '%s': %s", path,
				   strerror(system));
	return failure_set(failure, error, "cannot use the state file '%s': %s", path, text);
}

static int fail_now(struct state *s, struct failure *failure)
{
	return fail(s->database, sqlite3_extended_errcode(s->database),
		    sqlite3_db_filename(s->database, "main"), failure);
}

/* --- Opening --- */

/* The single value of a statement, a number or a text that fits; false on an error. */
static bool ask(sqlite3 *database, const char *sql, char *ret_text, size_t size)
{
	sqlite3_stmt *statement;
	if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
		return false;
	bool is_row = sqlite3_step(statement) == SQLITE_ROW;
	if (is_row)
		(void)snprintf(ret_text, size, "%s",
			       (const char *)sqlite3_column_text(statement, 0));
	return sqlite3_finalize(statement) == SQLITE_OK && is_row;
}

static int prepare(struct state *s, const char *path, unsigned rows_max, struct failure *failure)
{
	char version[16], found[16], sound[200];
	if (sqlite3_exec(s->database, setup, NULL, NULL, NULL) != SQLITE_OK ||
	    !ask(s->database, "PRAGMA user_version", version, sizeof(version)) ||
	    !ask(s->database, "SELECT count(*) FROM sqlite_schema", found, sizeof(found)) ||
	    !ask(s->database, "PRAGMA quick_check(1)", sound, sizeof(sound)))
		return fail_now(s, failure);
	bool is_new = strcmp(version, "0") == 0 && strcmp(found, "0") == 0;
	if (!is_new && atoi(version) > VERSION)
		return failure_set(failure, -EPROTONOSUPPORT,
				   "the state file '%s' has version %s, and this program knows %d: "
				   "name a different one with --state",
				   path, version, VERSION);
	if (strcmp(sound, "ok") != 0 || (!is_new && atoi(version) != VERSION))
		return failure_set(failure, -EBADMSG,
				   "the state file '%s' is damaged, or something else: move it "
				   "away, and roots will register anew",
				   path);
	if ((is_new && sqlite3_exec(s->database, tables, NULL, NULL, NULL) != SQLITE_OK) ||
	    sqlite3_exec(s->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->database, save, -1, &s->save, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->database, prune, -1, &s->prune, NULL) != SQLITE_OK ||
	    sqlite3_bind_int64(s->prune, 1, rows_max) != SQLITE_OK)
		return fail_now(s, failure);
	return 0;
}

int state_open(struct state *s, const char *path, unsigned rows_max, struct failure *failure)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, error = 0;
	*s = STATE_CLOSED;
	int code = sqlite3_open_v2(path, &s->database, flags, NULL);
	if (!s->database)
		return failure_set(failure, -ENOMEM, "no memory for the state file");
	(void)sqlite3_extended_result_codes(s->database, 1);
	/* SQLite reads what it cannot write, which would be of no use here. */
	if (code == SQLITE_OK && sqlite3_db_readonly(s->database, "main") == 1)
		code = SQLITE_READONLY;
	error = code != SQLITE_OK ? fail(s->database, code, path, failure)
				  : prepare(s, path, rows_max, failure);
	if (error)
		state_close(s);
	return error;
}

void state_close(struct state *s)
{
	(void)sqlite3_finalize(s->save);
	(void)sqlite3_finalize(s->prune);
	(void)sqlite3_close(s->database);
	*s = STATE_CLOSED;
}

/* --- Rows --- */

/* Reads a row; false if it is none that state_save has written. */
static bool read_row(sqlite3_stmt *row, struct registry_root *ret_root)
{
	const char *name = (const char *)sqlite3_column_text(row, 0);
	const char *address = (const char *)sqlite3_column_text(row, 5);
	sqlite3_int64 family = sqlite3_column_int64(row, 1), epoch = sqlite3_column_int64(row, 2);
	sqlite3_int64 port = sqlite3_column_int64(row, 6);
	struct registry_root root = {
		.is_v4 = family == 4,
		.is_registered = sqlite3_column_int(row, 3) != 0,
		.is_full = sqlite3_column_int(row, 4) != 0,
		.id = (uint64_t)sqlite3_column_int64(row, 7),
		.epoch = (uint32_t)epoch,
	};
	if (!name || !address || (name[0] != '\0' && !wire_is_word(name, strlen(name))) ||
	    epoch < 0 || epoch > UINT32_MAX || port < 0 || port > UINT16_MAX ||
	    !endpoint_parse_address(address, (uint16_t)port, &root.endpoint) ||
	    family != (endpoint_is_v4(&root.endpoint) ? 4 : 6) ||
	    !wire_endpoint_is_usable(&root.endpoint))
		return false;
	memcpy(root.group, name, strlen(name) + 1);
	*ret_root = root;
	return true;
}

int state_load(struct state *s, void (*on_row)(void *owner, const struct registry_root *row),
	       void *owner, struct failure *failure)
{
	sqlite3_stmt *rows;
	struct registry_root root;
	int code;
	if (sqlite3_prepare_v2(s->database, load, -1, &rows, NULL) != SQLITE_OK)
		return fail_now(s, failure);
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		if (!read_row(rows, &root)) {
			(void)sqlite3_finalize(rows);
			return fail(s->database, SQLITE_CORRUPT,
				    sqlite3_db_filename(s->database, "main"), failure);
		}
		on_row(owner, &root);
	}
	if (code != SQLITE_DONE)
		(void)fail_now(s, failure);
	(void)sqlite3_finalize(rows);
	return code == SQLITE_DONE ? 0 : failure->code;
}

static bool is_run(sqlite3_stmt *statement)
{
	bool is_done = sqlite3_step(statement) == SQLITE_DONE;
	return sqlite3_reset(statement) == SQLITE_OK && is_done;
}

static bool is_saved(struct state *s, const struct registry_root *root, const char *address)
{
	sqlite3_stmt *row = s->save;
	return sqlite3_exec(s->database, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_bind_text(row, 1, root->group, -1, SQLITE_STATIC) == SQLITE_OK &&
	       sqlite3_bind_int(row, 2, root->is_v4 ? 4 : 6) == SQLITE_OK &&
	       sqlite3_bind_int64(row, 3, root->epoch) == SQLITE_OK &&
	       sqlite3_bind_int(row, 4, root->is_registered) == SQLITE_OK &&
	       sqlite3_bind_int(row, 5, root->is_full) == SQLITE_OK &&
	       sqlite3_bind_text(row, 6, address, -1, SQLITE_STATIC) == SQLITE_OK &&
	       sqlite3_bind_int(row, 7, root->endpoint.port) == SQLITE_OK &&
	       sqlite3_bind_int64(row, 8, (sqlite3_int64)root->id) == SQLITE_OK && is_run(row) &&
	       (root->is_registered || is_run(s->prune)) &&
	       sqlite3_exec(s->database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

int state_save(struct state *s, const struct registry_root *root, struct failure *failure)
{
	char address[ADDRESS_TEXT_SIZE];
	endpoint_format_address(&root->endpoint, address);
	if (is_saved(s, root, address))
		return 0;
	int error = fail_now(s, failure);
	if (sqlite3_get_autocommit(s->database) == 0)
		(void)sqlite3_exec(s->database, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

/* --- Where --- */

/* Makes a folder, and those above it that are missing, for this user alone. */
static int make_folders(char *path)
{
	for (char *at = path + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		int error = mkdir(path, 0700) != 0 && errno != EEXIST ? -errno : 0;
		*at = '/';
		if (error)
			return error;
	}
	return mkdir(path, 0700) != 0 && errno != EEXIST ? -errno : 0;
}

int state_default_path(uint16_t port, char *ret_path, size_t size, struct failure *failure)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char folder[4096];
	int length = -1;
	if (geteuid() == 0)
		length = snprintf(folder, sizeof(folder), "/var/lib/ramure");
	else if (xdg && xdg[0] == '/')
		length = snprintf(folder, sizeof(folder), "%s/ramure", xdg);
	else if (home && home[0] == '/')
		length = snprintf(folder, sizeof(folder), "%s/.local/state/ramure", home);
	if (length < 0)
		return failure_set(failure, -ENOENT, "no home for a state file: HOME is not set");
	if ((size_t)length >= sizeof(folder) ||
	    (size_t)length + sizeof("/rdvpoint-65535.db") > size)
		return failure_set(failure, -ENAMETOOLONG, "no state file: HOME is too long");
	int error = make_folders(folder);
	if (error)
		return failure_set(failure, error, "cannot make '%s': %s", folder,
				   strerror(-error));
	(void)snprintf(ret_path, size, "%s/rdvpoint-%u.db", folder, port);
	return 0;
}
