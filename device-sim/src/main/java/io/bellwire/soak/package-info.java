/**
 * Runs a server for hours with a mixed fleet, through phases of load, of faults and of complete silence, and checks
 * whether anything grows, a write fails or an order is lost.
 *
 * <ol>
 *   <li>{@link io.bellwire.soak.SoakPlan} divides the time into {@link io.bellwire.soak.Phase}s with their steps.
 *   <li>{@link io.bellwire.soak.Soak} starts the server and the fleet, and goes through the plan. In phases that are
 *       not silent, {@link io.bellwire.soak.SoakWorkload} places and changes orders and sends events to devices, and
 *       {@link io.bellwire.fleet.GroupWorkload} sends events to groups and changes their members. {@link
 *       io.bellwire.soak.SoakPartners} has the partners' receivers behave as the phase says.
 *   <li>{@link io.bellwire.soak.ServerSteps} performs a phase's steps: kills, restarts, jumps of the clock, and
 *       backups, each of which {@link io.bellwire.soak.BackupDrill} checks, restores and compares.
 *   <li>At even distances {@link io.bellwire.soak.Sampler} takes a {@link io.bellwire.soak.Sample} of the server's
 *       metrics, the operating system and the fleet. {@link io.bellwire.soak.SampleFile} keeps it.
 *   <li>At the end {@link io.bellwire.soak.SoakRules} checks all samples, with {@link
 *       io.bellwire.soak.RobustStatistics}, and {@link io.bellwire.soak.PartnerRules} how endpoints were called.
 *   <li>{@link io.bellwire.soak.SoakReport} and {@link io.bellwire.soak.Chart} show the result.
 * </ol>
 *
 * To add a figure: a constant of {@link io.bellwire.soak.Figure} with its tolerance, and its measurement in
 * {@link io.bellwire.soak.Sampler}.
 */
@NullMarked
package io.bellwire.soak;

import org.jspecify.annotations.NullMarked;
