using Xunit;

namespace Tapedeck.Kube.Tests.Cluster;

/// <summary>The tests that share one real API server.</summary>
[CollectionDefinition(Name)]
public sealed class RealServerCollection : ICollectionFixture<RealServer>
{
    public const string Name = "a real API server";
}
