using Tapedeck.Policy.Network;

namespace Tapedeck.Wasi.Calls;

/// <summary>By which names this call looked an address up, so that a rule for a name can allow a socket to the address that the name gave.</summary>
internal sealed class CallNames
{
    /// <summary>Beyond it nothing is remembered, so that no socket is allowed by a name.</summary>
    private const int MostAddresses = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<Address, HostName[]> _names = [];

    internal ReadOnlyMemory<HostName> Of(Address address)
    {
        lock (_lock)
        {
            return _names.GetValueOrDefault(address);
        }
    }

    internal void Add(Address address, HostName name)
    {
        lock (_lock)
        {
            var known = _names.GetValueOrDefault(address, []);
            if (!known.Contains(name) && (known.Length > 0 || _names.Count < MostAddresses))
            {
                _names[address] = [.. known, name];
            }
        }
    }
}
