/**
 * The device library: what an application takes to write a device in Java. This package is the state machine: it
 * decides when a device subscribes, fetches, applies, saves and acknowledges, and has no threads, clocks, network or
 * disk. {@code io.bellwire.device.net} connects it to a server, and {@code io.bellwire.device.state} stores its state.
 * No class of the simulator is needed. An application makes its device like this:
 *
 * <pre>{@code
 * ExecutorService threads = Executors.newFixedThreadPool(2);
 * ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
 * SignalSource signals = new HiveMqSignals(server.broker(), 1);
 * BoundedHttpClient client = new BoundedHttpClient(threads, 4, 16);
 *
 * DeviceCredentials credentials = new DeviceCredentials(new DeviceId("grill-1"), secret);
 * DeviceFeed feed = new HttpFeed(client, server.http(), credentials, 100);
 * StateStore store = new GrillStore(new FileStateStore(stateFile), grill);
 * Device device = new Device(DeviceSettings.STANDARD, store.load(), new SplittableRandom());
 *
 * AgentRuntime runtime = new AgentRuntime(timers, threads);
 * DeviceAgent agent = new DeviceAgent(credentials, device, store, signals, feed, runtime);
 * agent.start();
 * }</pre>
 *
 * <p>{@code server} is an {@code Endpoints}. Threads, timers, signals and client can be shared by many devices. The
 * application does its work when the device saves:
 *
 * <pre>{@code
 * record GrillStore(StateStore file, Consumer<FeedChange> grill) implements StateStore {
 *     @Override
 *     public DeviceState load() throws IOException {
 *         return file.load();
 *     }
 *
 *     @Override
 *     public void save(DeviceState state, List<Step> steps) throws IOException {
 *         for (Step step : steps) {
 *             if (step instanceof Step.Applied applied) {
 *                 grill.accept(applied.change());
 *             }
 *         }
 *         file.save(state, steps);
 *     }
 * }
 * }</pre>
 *
 * <p>This store repeats its work if the process dies or the save fails between the work and the end of the save. A
 * store that keeps the results of its work in the same place as the state, and saves both in one transaction, does each
 * step exactly once.
 *
 * <p>The path of a change, beginning with {@link io.bellwire.device.Device}, to which {@code DeviceAgent} gives each
 * {@link io.bellwire.device.Input}, and which returns each {@link io.bellwire.device.Effect}:
 *
 * <ol>
 *   <li>{@code Input.Started}: {@code SignalConnection} asks to subscribe. {@code Input.Subscribed}: it waits for the
 *       first signal; then {@code Acknowledgements} repeats what the last process may not have acknowledged.
 *   <li>{@code Input.SignalReceived}: {@code FeedReading} decides what to do. If the {@code DeviceCursor} covers the
 *       {@code ReceivedSignal}, nothing is fetched. If the signal carries the changes that follow the cursor, they are
 *       applied at once. Else {@code FetchDemand} stores the signal, and {@code FetchSpread} may delay the fetch.
 *   <li>{@code Input.Fetched}: {@code FeedReading} applies a page to a draft of the {@code DeviceState}, and asks to
 *       save it together with its {@code Step}s. A reset begins a {@code SnapshotReading}. After a failure {@code
 *       RetryTimer} waits, with a {@code JitteredBackoff} and at least until the end of the {@code RetryAfterHold}.
 *   <li>{@code Input.Saved}: {@code FeedReading} begins the next fetch if one is needed. If none is, {@code
 *       Acknowledgements} acknowledges the cursor, at once or within the spread.
 *   <li>{@code Input.Ticked}: retries, delayed fetches and connections are due, or {@code SafetyPollTimer} has the
 *       device fetch without a signal.
 * </ol>
 *
 * <p>To add an input or an effect: a record in {@code Input} or {@code Effect} and a method in its {@code Handler},
 * then {@code Device} and {@code DeviceAgent}. To change when a device fetches: {@code FetchDemand} and {@code
 * FeedReading.beginNext}. To change how long it waits: {@code RetryTimer}, {@code FetchSpread} or {@code
 * SafetyPollTimer}, and {@code DeviceSettings}. To add something that a device stores: {@code DeviceState}, {@code
 * FileStateStore}. Each has a test in this package that extends {@code DeviceFixture}.
 */
@NullMarked
package io.bellwire.device;

import org.jspecify.annotations.NullMarked;
