/** The command line, and the only place that makes real clocks and real chance. */
@NullMarked
package io.bellwire.sim;

import org.jspecify.annotations.NullMarked;
