using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>HTTP requests: asked once by name, before anything is resolved, and once by each address that is connected to.</summary>
internal static class Http
{
    internal static readonly NamedCheck[] Checks =
    [
        NetworkChecks.IsUnderstood,
        new("is it a tunnel?", MethodIsNoTunnel),
        NetworkChecks.AddressMayBeGranted,
        NetworkChecks.CeilingDenies,
        NetworkChecks.PolicyDenies,
        NetworkChecks.RuleAllows,
    ];

    private static Finding? MethodIsNoTunnel(in HostRequest request, Grants grants) =>
        HttpMethods.IsTunnel(request.Method) ? Finding.Never("CONNECT makes a tunnel, which nothing can grant") : null;
}
