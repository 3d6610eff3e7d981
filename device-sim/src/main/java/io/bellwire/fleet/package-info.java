/**
 * Runs many devices at once against a server, injects faults, and proves that nothing was lost. It decides which faults
 * happen and whether a run has passed; how a device behaves is decided in {@code io.bellwire.device}. The main path
 * begins in {@link io.bellwire.fleet.Fleet}:
 *
 * <ol>
 *   <li>{@link io.bellwire.fleet.FleetDevices} registers the devices and starts their processes
 *       ({@link io.bellwire.fleet.FleetDevice}), which share {@link io.bellwire.fleet.FleetResources}.
 *   <li>{@code OrderSource} places orders, changes some of them and sends events to devices; {@link
 *       io.bellwire.fleet.GroupWorkload} sends events to groups and changes their members. Both record in {@link
 *       io.bellwire.fleet.AcknowledgedOrders} what the server acknowledged.
 *   <li>{@code FaultInjector} cuts connections ({@link io.bellwire.fleet.CuttingProxy}), loses signals
 *       ({@link io.bellwire.fleet.NetworkFaults}) and kills devices; {@code Fleet} kills the server
 *       ({@link io.bellwire.fleet.ServerProcess}).
 *   <li>Each device saves to its {@link io.bellwire.fleet.SimulatedDisk}, which keeps a journal of what the device
 *       applied.
 *   <li>After the faults {@link io.bellwire.fleet.Verifier} compares journals and acknowledgements;
 *       {@link io.bellwire.fleet.Report} prints the result.
 * </ol>
 *
 * <p>For partners that receive webhooks, {@code PartnerEndpoints} does the same: it registers them, confirms a second
 * factor ({@code AuthenticatorApp}) and an endpoint ({@code EndpointKind}) for each, and enables at the end what the
 * server has disabled. {@link io.bellwire.fleet.PartnerFleet} lets their receivers misbehave as {@code PartnerFaults}
 * says, kills them ({@link io.bellwire.fleet.FleetPartner}), takes the newest of what they had applied from their disks
 * ({@code PartnerDisk}), and compares; {@link io.bellwire.fleet.FleetPartnerReport} is their part of the report. Some
 * get what they lost by reading their feeds, some by replays, and some lose nothing and have only what calls bring, so that
 * a change that is not called for is lost. {@code PartnerOrder} finds what came in another order than promised.
 *
 * <p>To add a fault: a rate in {@link io.bellwire.fleet.FaultRates}, the fault in {@code FaultInjector} or
 * {@code NetworkFaults}, its counter in {@code RunCounters}, its option in {@code io.bellwire.sim.FaultRateOptions}.
 */
@NullMarked
package io.bellwire.fleet;

import org.jspecify.annotations.NullMarked;
