namespace Tapedeck.Kube.Caching;

/// <summary>An entry of a store.</summary>
internal sealed record Cached<T>(string Uid, string ResourceVersion, T Object)
    where T : class;
