/**
 * TLS for every port of the server: one certificate and key from PEM files, and the certificates of clients. The
 * package decides which versions and cipher suites there are, when files are read again, and which id a client's
 * certificate names. It does not decide whether that client may come in ({@code http}, {@code broker}), and opens no
 * connection. For connections that the server opens itself, {@link io.bellwire.tls.OutboundTls} reads what is trusted
 * and shown.
 *
 * <p>The path of a file:
 *
 * <ol>
 *   <li>{@link io.bellwire.tls.TlsOptions} names the files; {@code PemFiles} reads and checks them, and makes an {@link
 *       javax.net.ssl.SSLContext} of them.
 *   <li>{@link io.bellwire.tls.ServerTls} uses it for each new connection, and looks at the files every few seconds.
 *       Connections that are open keep what they began with.
 *   <li>A client that shows a certificate has the id that {@link io.bellwire.tls.CertifiedName} finds in it.
 * </ol>
 *
 * <p>{@link io.bellwire.tls.DevCertificates} makes files for trying TLS out. {@link io.bellwire.tls.Transport} is what
 * a port needs to know of its connections: TLS or not, and which proxies stand before it.
 *
 * <p>To add a form of the id in a certificate: a constant of {@code CertifiedName}, and a case in {@code
 * CertifiedNameTest}. A newer version of TLS or other cipher suites: the lists in {@code ServerTls}.
 */
@NullMarked
package io.bellwire.tls;

import org.jspecify.annotations.NullMarked;
