/**
 * The log and the HTTP API as one server, without doorbells other than those of HTTP. The package decides which options
 * there are, what is in a data folder and who may use it, where the log is, and in which order parts start and stop. It
 * does not decide what a request gets ({@code http}), or what the parts do. {@code serve} adds broker and bridge.
 *
 * <p>The path of a start, beginning with {@link io.bellwire.feedapi.FeedApi#open}:
 *
 * <ol>
 *   <li>{@link io.bellwire.feedapi.FeedApiOptions} has been checked by its constructor.
 *   <li>{@code DataFolder} locks the folder, and refuses one that another server uses or whose log is elsewhere.
 *   <li>{@code LogStores} opens the log: segments on disk or in memory, or PostgreSQL.
 *   <li>{@code FeedApi} makes the log's writer and what needs it: registry, presence, groups, fan-out, order search.
 *   <li>It makes the {@link io.bellwire.http.HttpApi} of them.
 *   <li>The caller adds its listeners. {@link io.bellwire.feedapi.FeedApi#serve} starts the HTTP server, and the timer
 *       that deletes what is older than the retention.
 *   <li>{@link io.bellwire.feedapi.FeedApi#close} stops all in the reverse order.
 * </ol>
 *
 * <p>A start that fails throws a {@link io.bellwire.feedapi.ConfigurationException}, whose message {@code serve} prints
 * as one line. What lies below this package throws {@link java.io.UncheckedIOException} or
 * {@link IllegalArgumentException} instead, which becomes one here.
 *
 * <p>{@link io.bellwire.feedapi.LogMaintenance} checks, repairs, copies and restores the log of a data folder, without a server.
 *
 * <p>To add an option:
 *
 * <ol>
 *   <li>A component of {@link io.bellwire.feedapi.FeedApiOptions}, with its {@code Builder} method, or of the options
 *       of the part that it is for ({@code HttpOptions}, {@code StreamOptions}, {@code LogLimits}, {@code
 *       GroupLimits}), checked in that constructor.
 *   <li>Pass it on in {@code FeedApi} or {@code LogStores}.
 *   <li>{@code ServeOptions} has its name and default for {@code serve}, and OPERATING.md says what it is for.
 *   <li>{@code StartingTest} shows that a wrong value is named.
 * </ol>
 *
 * <p>To add a part: make it in the constructor of {@code FeedApi}, after what it uses, and close it in {@code close}
 * before that. If endpoints need it, it is a component of {@link io.bellwire.http.ApiParts}.
 */
@NullMarked
package io.bellwire.feedapi;

import org.jspecify.annotations.NullMarked;
