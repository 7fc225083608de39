/* The writes of PackBenchmark.swift with SQLite's C library: cc -O2 pack.c -lsqlite3 -o pack && ./pack FOLDER */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { batches = 24, sequences = 1024, tokens = 1 << 20 };

static void run(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, message);
        exit(1);
    }
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
    return statement;
}

static void step(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(sqlite3_db_handle(statement)));
        exit(1);
    }
    sqlite3_reset(statement);
}

int main(int count, char **arguments) {
    if (count < 2) return 1;
    const char *names[] = {"token_ids", "logprobs", "advantages", "loss_weights", "loss_mask"};
    const int widths[] = {4, 4, 4, 4, 1};
    char path[4096], side[4200];
    double best = 0;
    for (int round = 0; round < 3; round++) {
        snprintf(path, sizeof path, "%s/pack-c-%d.sqlite", arguments[1], round);
        const char *suffixes[] = {"", "-wal", "-shm"};
        for (int i = 0; i < 3; i++) {
            snprintf(side, sizeof side, "%s%s", path, suffixes[i]);
            unlink(side);
        }
        sqlite3 *db;
        if (sqlite3_open(path, &db) != SQLITE_OK) return 1;
        run(db, "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                "PRAGMA foreign_keys = ON;"
                "CREATE TABLE completions(completion_id INTEGER PRIMARY KEY);"
                "CREATE TABLE batches(batch_id INTEGER PRIMARY KEY, step INTEGER NOT NULL, n INTEGER NOT NULL);"
                "CREATE TABLE batch_items(batch_id INTEGER NOT NULL REFERENCES batches, position INTEGER NOT NULL,"
                " completion_id INTEGER NOT NULL REFERENCES completions, policy_version INTEGER NOT NULL,"
                " PRIMARY KEY(batch_id, position)) WITHOUT ROWID;"
                "CREATE INDEX items_completion ON batch_items(completion_id);"
                "CREATE TABLE batch_tensors(batch_id INTEGER NOT NULL REFERENCES batches, name TEXT NOT NULL,"
                " dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(batch_id, name));");
        run(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1024)"
                "INSERT INTO completions SELECT i FROM n");
        char *data = malloc((size_t)tokens * 4);
        memset(data, 7, (size_t)tokens * 4);
        sqlite3_stmt *batch = prepare(db, "INSERT INTO batches(step, n) VALUES(?, ?)");
        sqlite3_stmt *item = prepare(db, "INSERT INTO batch_items VALUES(?, ?, ?, 0)");
        sqlite3_stmt *tensor = prepare(db, "INSERT INTO batch_tensors VALUES(?, ?, '<f4', '[1048576]', ?)");
        struct timespec start, end;
        size_t bytes = 0;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int b = 0; b < batches; b++) {
            run(db, "BEGIN IMMEDIATE");
            sqlite3_bind_int(batch, 1, b);
            sqlite3_bind_int(batch, 2, sequences);
            step(batch);
            sqlite3_int64 id = sqlite3_last_insert_rowid(db);
            for (int s = 0; s < sequences; s++) {
                sqlite3_bind_int64(item, 1, id);
                sqlite3_bind_int(item, 2, s);
                sqlite3_bind_int(item, 3, s + 1);
                step(item);
            }
            for (int c = 0; c < 5; c++) {
                sqlite3_bind_int64(tensor, 1, id);
                sqlite3_bind_text(tensor, 2, names[c], -1, SQLITE_STATIC);
                sqlite3_bind_blob(tensor, 3, data, tokens * widths[c], SQLITE_STATIC);
                step(tensor);
                bytes += (size_t)tokens * widths[c];
            }
            run(db, "COMMIT");
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
        if (bytes / 1e6 / seconds > best) best = bytes / 1e6 / seconds;
        sqlite3_finalize(batch);
        sqlite3_finalize(item);
        sqlite3_finalize(tensor);
        sqlite3_close(db);
        free(data);
        for (int i = 0; i < 3; i++) {
            snprintf(side, sizeof side, "%s%s", path, suffixes[i]);
            unlink(side);
        }
    }
    printf("pack_c %.0f MB/s\n", best);
    return 0;
}
