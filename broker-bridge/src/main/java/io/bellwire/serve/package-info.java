/**
 * The server put together: the log with its HTTP API, the broker, and the bridge between them, in one process. {@link
 * io.bellwire.serve.Serve} is its command line, {@link io.bellwire.serve.Bellwire} the same server inside another
 * program, and {@link io.bellwire.serve.BellwireExtension} inside a JUnit test. Real clocks, threads and chance are made
 * here and nowhere else.
 */
@NullMarked
package io.bellwire.serve;

import org.jspecify.annotations.NullMarked;
