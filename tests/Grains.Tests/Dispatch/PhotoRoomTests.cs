using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Dispatch;

/// <summary>How much memory of one process photos take that are on their way.</summary>
[Collection(Backend.Name)]
public sealed class PhotoRoomTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task An_upload_that_stops_is_forgotten_and_its_memory_is_free()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        var (room, upload) = (backend.Services.GetRequiredService<PhotoRoom>(), office.Scope.PhotoUpload((await office.Look(dispatch)).Id, Office.Id(backend)));
        Assert.Null(await upload.Add(0, new byte[1000]));
        Assert.Equal(1000, room.Taken);

        await backend.Advance(TimeSpan.FromMinutes(3));

        await Backend.Eventually(() => Task.FromResult(room.Taken == 0), "the memory is free");
        Assert.Equal(PhotoOutcome.Busy, await upload.Add(1, new byte[1000]));
        Assert.Equal(0, room.Taken);
    }

    [Fact]
    public async Task More_than_the_memory_for_photos_is_refused_until_there_is_some()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        var room = backend.Services.GetRequiredService<PhotoRoom>();
        Assert.True(room.TryTake((int)PhotoRoom.Bytes));

        Assert.Equal(PhotoOutcome.Busy, (await PhotoTests.Upload(office, dispatch, HandmadePhoto.Jpeg())).Outcome);
        room.Give((int)PhotoRoom.Bytes);

        Assert.Equal(PhotoOutcome.Kept, (await PhotoTests.Upload(office, dispatch, HandmadePhoto.Jpeg())).Outcome);
    }
}
