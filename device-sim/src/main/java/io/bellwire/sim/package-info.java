/**
 * The command line of the simulator: {@link io.bellwire.sim.Sim} and one class for each command. The only package that
 * makes real clocks and random seeds.
 *
 * <p>To add a command: a class like {@code CertifyCommand}, its name in {@code Sim}'s list of subcommands, and its
 * wrong options in {@code SimTest}.
 */
@NullMarked
package io.bellwire.sim;

import org.jspecify.annotations.NullMarked;
