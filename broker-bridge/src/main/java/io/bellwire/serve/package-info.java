/**
 * Assembles the server: the log with its HTTP API, the broker, and the bridge between them, in one process. {@link
 * io.bellwire.serve.Serve} is its command line, {@link io.bellwire.serve.Bellwire} the same server inside another
 * program, and {@link io.bellwire.serve.BellwireExtension} inside a JUnit test. Only this package makes real clocks,
 * threads and randomness; it decides nothing else.
 *
 * <p>The main path: (1) {@code Serve} parses the arguments into {@code ServeOptions}; (2) these make {@link
 * io.bellwire.serve.BellwireOptions}; (3) {@code Bellwire.start} starts the parts in order and stops them in reverse;
 * (4) {@code ReadyLine} is printed. To add an option: its field in {@code ServeOptions} or in one of its parts ({@code
 * SecretOptions}, {@code HttpLimits}, {@code AdmissionOptions}, {@code RetentionOptions}, {@code GroupOptions}, {@code
 * PresenceTimes}, {@code OrderSearchOptions}, {@code TlsArguments}, {@code AlertArguments}), which parse and check the command line; its value in the options record that it belongs to; and
 * a case in {@code ServeOptionsTest}.
 */
@NullMarked
package io.bellwire.serve;

import org.jspecify.annotations.NullMarked;
