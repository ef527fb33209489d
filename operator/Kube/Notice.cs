namespace Tapedeck.Kube;

/// <summary>Something that whoever runs the program may want in its log. This project logs nothing by itself.</summary>
/// <param name="Source">Who says it: an informer's resource, a controller's name, a lease.</param>
/// <param name="Text">What happened, without secrets.</param>
/// <param name="Error">What it happened by, where there is one.</param>
public sealed record Notice(NoticeLevel Level, string Source, string Text, Exception? Error = null);
