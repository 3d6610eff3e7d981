/** What an order is and what may happen to it. Pure: it decides, and leaves reading and writing to others. */
@NullMarked
package io.bellwire.order;

import org.jspecify.annotations.NullMarked;
