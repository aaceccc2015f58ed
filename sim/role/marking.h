/* marking.h - what the two files of the board share: board.c decides and marks, models.c waits for models that differ. */
#ifndef DT_ROLE_MARKING_H
#define DT_ROLE_MARKING_H

#include "role/board.h"

/* Has a limit been reached?  dt_board_counted asks those alone that every worker reaches by itself, steps and rounds. */
bool dt_board_over(const dt_board *b, const dt_reached *r);
bool dt_board_counted(const dt_board *b, long round, long step);

/* Is a mark due by rounds or steps? */
bool dt_board_round_due(const dt_board *b, long step, long round);

/* Is a mark due here?  If so it is planned: nobody plans it again. */
bool dt_board_plan(dt_board *b, const dt_reached *r, bool over);

/* Somebody is the first to finish a round, and decides for all. */
void dt_board_decide(dt_board *b, long round);

/* Write a mark of model x (NULL: there is none for all) with that score; *stop: it ends the run.
 * Errors: DT_EDIVERGED, the hook's. */
dt_status dt_board_mark(dt_board *b, const float *x, dt_score score, const dt_reached *r, bool *stop);

/* Where each worker's own model is judged: all begin with x. */
void dt_board_begin_each(dt_board *b, dt_vec *x);

#endif
