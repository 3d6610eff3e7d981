/**
 * The HTTP API. The package decides which requests there are, who may send them, what their bodies and answers look
 * like, and which error is which problem. It does not decide what happens to an order ({@code order}), what is in a
 * feed ({@code log}, {@code feed}), who is a member of a group ({@code group}), when a stream gets a signal
 * ({@code bridge}, which {@code serve} connects to {@link io.bellwire.http.HttpApi#streams}), or which options a server
 * has ({@code feedapi}).
 *
 * <p>{@link io.bellwire.http.HttpApi} gets the parts from {@code feedapi.FeedApi}, makes the endpoints and lists their
 * routes. The path of a request begins with {@code ApiHandler.handle}:
 *
 * <ol>
 *   <li>{@code HttpServer} configures Jetty, which parses the request and calls {@code ApiHandler}. What Jetty itself
 *       refuses becomes a {@code Problem} there. {@code TlsConnections} makes its connections secure; {@code
 *       ProxyConnections} and {@code ForwardedClients} find the address of a client behind a proxy.
 *   <li>{@code ApiRouteTable} finds the {@code ApiRoute} of the path (404, in which {@code NearestRoute} names the most
 *       similar one) and method (405).
 *   <li>{@code CertifiedCallers} and {@code CallerLookup} find the {@code Caller} of the certificate and the bearer token
 *       (401). {@code ApiHandler} checks that the
 *       route's {@code Access} allows the caller, and for an operator that its role includes that of {@code RouteRoles}
 *       (403), and the caller's rate (429).
 *   <li>{@code ApiHandler} parses the query ({@code PlainQuery} if it needs no decoding; 400 for an unknown parameter),
 *       checks the content type (415), and has {@code RequestBody} read the body (413, 408).
 *   <li>The route's {@code Endpoint} gets an {@code ApiCall} and answers with an {@code ApiResponse}, or fails with a
 *       {@code ProblemException}. It parses bodies with {@code Json}, and reads the log in {@code EventLog.onReader}.
 *   <li>An endpoint that writes with an idempotency key submits its {@code Write} by {@code WriteEndpoint}; a change of
 *       orders goes by {@code OrderChangeSubmitter}, which prepares it again if the order has changed meanwhile.
 *   <li>A write that needs a code of a second factor goes by {@code FactorCheck}, which answers 403 without one.
 *   <li>{@code ApiHandler} turns a failure into its {@code Problem}. {@code ResponseSender} sends the answer, with
 *       {@code SendBuffers}, and counts it in {@code AnswersInFlight} until it is read. If the request's body is
 *       unread, it discards the rest before it closes the connection.
 * </ol>
 *
 * <p>A read of a feed that waits is in {@code LongPolls}, which ends it when its client hangs up ({@code
 * CallerConnection}) or its secret ends. {@code ConnectionLimits} closes connections that are too many or too slow.
 * {@code OrdersJson} ends each page of orders by its size.
 *
 * <p>A stream of signals goes on after that: {@code StreamEndpoint} opens an {@code EventStream} in {@code
 * OpenStreams}, which limits all streams, sends their heartbeats ({@code StreamOptions} has the interval) and ends
 * them; {@code EventStreamFormat} writes the events. {@link io.bellwire.http.FeedFetch} serves the same pages to
 * devices that fetch over MQTT.
 *
 * <p>To add an endpoint:
 *
 * <ol>
 *   <li>Write a class like {@code SnapshotEndpoint}, with a method {@code route()} that returns an {@code ApiRoute}:
 *       method, path, access, query parameters, content types and largest body.
 *   <li>Add it to {@code HttpApi.routes}, and, unless it is a GET, to {@code RouteRoles}. A literal segment of a path is
 *       found before a parameter in its place. If it changes accounts or groups, wrap its write with {@code
 *       AuditedCalls}.
 *   <li>If it is dangerous with a stolen token, submit its write through {@code FactorCheck}, and add it to section 2.3 of
 *       PROTOCOL.md.
 *   <li>If it writes and may be repeated, submit by {@code WriteEndpoint}, and add it to
 *       {@code IdempotencyTest.Writing}.
 *   <li>A new type of problem is a factory in {@code Problem}, or a case in {@code OrderProblems} for a refusal of an
 *       order.
 *   <li>Describe it in {@code openapi.json}: {@code ContractTest} compares paths, parameters, limits, content types and
 *       types of problems, and {@code OpenApiCheck} checks each answer that a test gets.
 *   <li>Add it to {@code AuthorizationTest}, and to PROTOCOL.md; if devices need it, add a case to {@code certify}.
 * </ol>
 *
 * <p>To add a limit:
 *
 * <ol>
 *   <li>A fixed limit of one endpoint is a constant there, with its unit ({@code BODY_BYTES_MAX}). One that an operator
 *       may set is a component of {@code HttpOptions}, {@code CallerLimits}, {@code StreamOptions}, {@code GroupLimits}
 *       or {@code LogLimits}, checked in the constructor; the package {@code feedapi} says how an option gets there.
 *   <li>Refuse what is over it with {@code Problem.tooLarge} (a size), {@code rateLimited} (a rate) or
 *       {@code overloaded} (the server's state), before memory is used for it.
 *   <li>Write it into {@code openapi.json} ({@code x-body-bytes-max}, {@code maximum}) and into PROTOCOL.md, section
 *       14, with its constant in {@code SizesTableTest}.
 * </ol>
 *
 * <p>To add a metric:
 *
 * <ol>
 *   <li>Register a {@code Counter}, {@code Gauge} or {@code Timer} named {@code bellwire...} in the constructor of the
 *       class that knows it, from its {@code MeterRegistry}; {@code OpenStreams} is an example. It must carry no ids
 *       and no secrets.
 *   <li>{@code HealthEndpoints} serves it without further change; requests are timed by route in {@code ApiHandler}
 *       already.
 *   <li>If it shows what a server uses over weeks, add it to PROTOCOL.md, section 15, and to {@code BellwireTest}.
 * </ol>
 */
@NullMarked
package io.bellwire.http;

import org.jspecify.annotations.NullMarked;
