/**
 * The benchmark behind {@code scripts/bench}: measures the server, and for each figure a reference, which is the best that
 * this machine can do for the same task. It reads real clocks, and fails only if an order is lost or applied twice.
 *
 * <p>{@link io.bellwire.bench.Bench} runs the benchmarks. An end-to-end benchmark goes like this:
 *
 * <ol>
 *   <li>{@link io.bellwire.bench.EndToEnd} measures {@link io.bellwire.bench.ReferenceTarget} and then
 *       {@link io.bellwire.bench.ProductTarget}, in processes of their own, with the same requests and packets.
 *   <li>{@link io.bellwire.bench.BenchWorkload} registers devices, connects a {@link io.bellwire.bench.LightFleet}, and begins
 *       an {@link io.bellwire.bench.OrderLedger}.
 *   <li>{@link io.bellwire.bench.BenchOrderSource} places each order when it is due, and records its acknowledgement.
 *   <li>{@link io.bellwire.bench.LightDevice} receives a signal, reads its feed, and records the orders that it finds.
 *   <li>{@link io.bellwire.bench.ResourceUsage} is read before and after: CPU, bytes written, CPU of other processes.
 *   <li>{@link io.bellwire.bench.Rounds} keeps the figures of each round and makes rows of their medians.
 * </ol>
 *
 * <p>{@link io.bellwire.bench.WebhookBench} has a reference of its own, {@link io.bellwire.bench.BareCaller}, and measures
 * until {@link io.bellwire.bench.WebhookReceivers} have an order.
 *
 * <p>To add an end-to-end benchmark: a class like {@link io.bellwire.bench.SteadyBench}, its sizes in
 * {@link io.bellwire.bench.BenchPlan}, its name in {@link io.bellwire.bench.Bench}, a case in {@code BenchTest}, a line in
 * {@code scripts/bench} and one in the README.
 */
package io.bellwire.bench;
