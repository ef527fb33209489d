using System.Net;

namespace Tapedeck.Oci.Network;

/// <summary>A block that is not public.</summary>
/// <param name="OpensByHost">True where naming a host, or a block around it, is enough to open it.</param>
internal sealed record SpecialRange(IPNetwork Range, string Name, bool OpensByHost);
