/** Where a device's state outlives its process. */
@NullMarked
package io.bellwire.state;

import org.jspecify.annotations.NullMarked;
