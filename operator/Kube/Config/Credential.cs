namespace Tapedeck.Kube.Config;

/// <summary>A source of proofs that may change while the program runs.</summary>
internal abstract class Credential
{
    /// <summary>The proof for the next request.</summary>
    /// <exception cref="KubeConfigException">There is none to be had.</exception>
    internal abstract ValueTask<Proof> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server did not take a proof: forget it.</summary>
    /// <returns>Whether the next one may be another.</returns>
    internal abstract bool Reject(Proof rejected);
}
