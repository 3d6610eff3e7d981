/**
 * The benchmark behind {@code scripts/bench}: what the server does, and beside each figure a reference, which is what this
 * machine does at best for the same. It reads real clocks, and asserts nothing but that no order was lost or applied twice.
 *
 * <p>{@link io.bellwire.bench.Bench} runs the parts. Those that measure the whole way of an order go like this:
 *
 * <ol>
 *   <li>{@link io.bellwire.bench.WholeWay} has the part measure {@link io.bellwire.bench.ReferenceTarget} and then
 *       {@link io.bellwire.bench.ProductTarget}: processes of their own, the same requests on the same wire.
 *   <li>{@link io.bellwire.bench.BenchWorkload} registers devices, connects a {@link io.bellwire.bench.LightFleet}, and begins
 *       an {@link io.bellwire.bench.OrderLedger}.
 *   <li>{@link io.bellwire.bench.BenchOrderSource} places each order when it is due, and ticks it off when it is acknowledged.
 *   <li>{@link io.bellwire.bench.LightDevice} is signalled, reads its feed, and ticks off the orders that it finds.
 *   <li>{@link io.bellwire.bench.Usage} is looked at before and after: CPU, bytes written, what others used meanwhile.
 *   <li>{@link io.bellwire.bench.Rounds} keeps the figures of each round and makes rows of their medians.
 * </ol>
 *
 * <p>To add a part of the whole way: a class beside {@link io.bellwire.bench.SteadyBench}, its sizes in
 * {@link io.bellwire.bench.BenchPlan}, its name in {@link io.bellwire.bench.Bench}, a case in {@code BenchTest}, a line in
 * {@code scripts/bench} and one in the README.
 */
package io.bellwire.bench;
