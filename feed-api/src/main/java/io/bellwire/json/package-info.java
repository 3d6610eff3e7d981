/**
 * Jackson trees that write each number as it was read, so that a back end's data reaches the device unchanged: {@link
 * io.bellwire.json.WrittenNumbers} reads them, {@code WrittenNumber} is such a number. The limits on sizes and depth
 * are set by {@code http.Json}.
 */
@NullMarked
package io.bellwire.json;

import org.jspecify.annotations.NullMarked;
