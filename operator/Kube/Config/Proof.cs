using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Kube.Config;

/// <summary>What shows a server who we are.</summary>
/// <param name="Token">A bearer token, or null.</param>
/// <param name="Certificate">A client certificate with its key and the chain sent along, or null. The same object as long as it is the same
/// certificate.</param>
internal sealed record Proof(string? Token, X509Certificate2Collection? Certificate)
{
    /// <summary>A record's own would print the token.</summary>
    public override string ToString() => "Proof";
}
