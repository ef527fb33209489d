using Xunit;

namespace Tapedeck.Wasi.Tests.Sockets;

/// <summary>A test that needs an address of this machine which a policy could grant.</summary>
internal sealed class OwnAddressFactAttribute : FactAttribute
{
    public OwnAddressFactAttribute() => Skip = DatagramTests.NoAddress;
}
