/**
 * Connects a device to the server: signals over MQTT or event streams, the feed over HTTP, timers, and the agent that
 * runs one {@link io.bellwire.device.Device} with them. It does not decide when to connect, fetch or acknowledge: the
 * device does. It does not store anything. Threads and connections are shared by all devices of a process.
 *
 * <p>The path of a change, beginning with {@link io.bellwire.device.net.DeviceAgent}:
 *
 * <ol>
 *   <li>The device asks to subscribe. The agent calls {@link io.bellwire.device.net.SignalSource}, which is {@code
 *       HiveMqSignals}, {@code PahoSignals} or {@code SseSignals}.
 *   <li>A message arrives. {@code SafeListener} has {@code SignalJson} parse it, and gives the agent the signal; the
 *       agent gives it to the device, on its {@code SerialExecutor}.
 *   <li>The device asks for a page. {@code HttpFeed} sends the request with the {@code BoundedHttpClient}, and {@code
 *       FeedJson} parses the response.
 *   <li>The device asks to save the new state, which the agent's {@code StateStore} does, and then to acknowledge it,
 *       which {@code HttpFeed} does.
 *   <li>After each input the agent asks the device when it has to be woken, and sets one of its {@code Timers}.
 * </ol>
 *
 * <p>Everything that connects takes a {@link io.bellwire.device.net.ClientTls}, which says whom to trust; host names are
 * always verified.
 *
 * <p>To add a way to receive signals: implement {@link io.bellwire.device.net.SignalSource}, and pass everything that
 * arrives through a {@code SafeListener}. To add a member to the signal: {@code SignalJson}, {@code ReceivedSignal},
 * {@code SignalJsonTest}. To add a header or a member of the feed's answers: {@code HttpFeed} or {@code FeedJson},
 * {@code FetchResult}, {@code HttpFeedTest}.
 */
@NullMarked
package io.bellwire.device.net;

import org.jspecify.annotations.NullMarked;
