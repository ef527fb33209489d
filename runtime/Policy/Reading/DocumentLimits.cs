namespace Tapedeck.Policy.Reading;

/// <summary>How large a document may be. The largest object of Kubernetes has 1.5 MiB.</summary>
internal static class DocumentLimits
{
    internal const int Characters = 1 << 20;
    internal const int Depth = 32;
    internal const int Nodes = 50_000;
}
