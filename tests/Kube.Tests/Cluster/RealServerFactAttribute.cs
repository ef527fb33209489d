using Xunit;

namespace Tapedeck.Kube.Tests.Cluster;

/// <summary>A test that needs a real API server, and says so where there is none.</summary>
public sealed class RealServerFactAttribute : FactAttribute
{
    public RealServerFactAttribute() => Skip = RealServer.Missing;

    /// <summary>Whether the test does things to the server that nobody's own server should have done to it, or needs the users of ours.</summary>
    public bool OnlyOurs
    {
        get;
        set
        {
            field = value;
            Skip ??= value && RealServer.IsGiven ? "NOT TESTED: this test wants a server of its own, and KUBECONFIG names one." : null;
        }
    }
}
