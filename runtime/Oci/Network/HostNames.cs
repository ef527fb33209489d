namespace Tapedeck.Oci.Network;

/// <summary>The hosts of addresses that a stranger wrote.</summary>
internal static class HostNames
{
    /// <summary>As DNS and certificates have it. Null where it is none: such an address can be read, and throws when its host is asked for.</summary>
    internal static string? Of(Uri address)
    {
        try
        {
            return address.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
