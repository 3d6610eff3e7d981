/** The HTTP API: routes, callers, JSON and problems. One endpoint a file; everything else is theirs to share. */
@NullMarked
package io.bellwire.http;

import org.jspecify.annotations.NullMarked;
