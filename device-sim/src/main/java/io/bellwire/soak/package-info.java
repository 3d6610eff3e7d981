/**
 * Runs a server for hours with a mixed fleet, through phases of load, of faults and of complete silence, and says whether
 * anything grows, a write fails or the proof does not hold.
 *
 * <ol>
 *   <li>{@link io.bellwire.soak.SoakPlan} divides the time into {@link io.bellwire.soak.Phase}s and says what happens in them.
 *   <li>{@link io.bellwire.soak.Soak} starts the server and the fleet, and goes through the plan. In phases that are not
 *       silent, {@link io.bellwire.soak.SoakWorkload} places and changes orders, tells events to devices and to groups, and
 *       {@link io.bellwire.soak.GroupWorkload} changes the members of these.
 *   <li>At even distances {@link io.bellwire.soak.Sampler} takes a {@link io.bellwire.soak.Sample}: what the server's
 *       metrics, the operating system and the fleet say. {@link io.bellwire.soak.SampleFile} keeps it.
 *   <li>{@link io.bellwire.soak.BackupDrill} makes a backup of the working server, checks and restores it, and compares.
 *   <li>At the end {@link io.bellwire.soak.SoakRules} looks at all samples, by the rules of {@link io.bellwire.soak.RobustStatistics}.
 *   <li>{@link io.bellwire.soak.SoakReport} and {@link io.bellwire.soak.Chart} show what came of it.
 * </ol>
 *
 * To add a figure: a constant of {@link io.bellwire.soak.Figure} with how much of it is no growth, and where it comes from
 * in {@link io.bellwire.soak.Sampler}.
 */
@NullMarked
package io.bellwire.soak;

import org.jspecify.annotations.NullMarked;
