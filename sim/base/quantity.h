/* quantity.h - quantities as a person reads them, with a unit that suits their size: "12.3 ms", "4.56 GB".
 * text has room for 32 bytes and is returned. */
#ifndef DT_BASE_QUANTITY_H
#define DT_BASE_QUANTITY_H

const char *dt_quantity_seconds(double s, char *text);
const char *dt_quantity_bytes(double bytes, char *text);
const char *dt_quantity_joules(double joules, char *text);

#endif
