/* xml.h - the line that expat's parser has reached, by the call that its release has. */
#ifndef DT_BASE_XML_H
#define DT_BASE_XML_H

#include <expat.h>

/* The line that the parser reads, from 1. */
static inline unsigned long dt_xml_line(XML_Parser parser) {
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 8
    return (unsigned long)XML_GetCurrentLineNumber64(parser);
#else
    return XML_GetCurrentLineNumber(parser);
#endif
}

#endif
