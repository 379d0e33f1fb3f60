using System.Security.Cryptography;
using Backsoon.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Backsoon.Dispatch;

[Collection(Backend.Name)]
public sealed class PhotoTests(Backend backend)
{
    private static readonly TimeSpan s_ten = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_photo_is_kept_in_parts_and_read_again_as_it_was_made_anew()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        var sent = Noise(700_000);
        var rebuilt = PhotoRebuild.Of(sent).File;

        var receipt = await Upload(office, dispatch, sent);
        await dispatch.Attach([receipt.Photo!.Value]);

        var photo = Assert.Single((await office.Look(dispatch)).Photos);
        Assert.Equal((receipt.Photo.Value, 1, "image/png", rebuilt.Length, (rebuilt.Length + Photo.ChunkSize - 1) / Photo.ChunkSize), (photo.Id, photo.Position, photo.MediaType, photo.Bytes, photo.Chunks));
        Assert.True(photo.Chunks > 2);
        var read = new List<byte>();
        for (var seq = 0; seq < photo.Chunks; seq++)
            read.AddRange((await office.Scope.Photos().Read(photo.Id, seq))!);
        Assert.Equal(rebuilt, read);
        Assert.Null(await office.Scope.Photos().Read(photo.Id, photo.Chunks));
        Assert.Null(await (await Office.Open(backend)).Scope.Photos().Read(photo.Id, 0));
        Assert.Equal("1", (await office.Look(dispatch)).Events.Single(e => e.Kind == DispatchEventKind.CallerSentPhotos).Text);
    }

    [Fact, Promise("R10")]
    public async Task Vendor_and_owner_see_the_photos_and_the_caller_how_many_and_nobody_else()
    {
        var office = await Office.Open(backend, s_ten, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Attach([(await Upload(office, dispatch, HandmadePhoto.Jpeg())).Photo!.Value, (await Upload(office, dispatch, HandmadePhoto.Png())).Photo!.Value]);

        Assert.Equal(2, (await dispatch.LookAsVendor(office.Vendors[0].Id))!.Photos.Length);
        Assert.Equal(2, (await dispatch.LookAsCaller())!.Photos);
        Assert.Null(await dispatch.LookAsVendor(office.Vendors[1].Id));
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Decline, "");
        Assert.Empty((await dispatch.LookAsVendor(office.Vendors[0].Id))!.Photos);
        Assert.Equal(2, (await dispatch.LookAsVendor(office.Vendors[1].Id))!.Photos.Length);
    }

    [Fact]
    public async Task What_comes_later_is_told_once_with_the_words_that_came_with_it()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        await dispatch.Answer(office.Vendors[0].Id, VendorAnswer.Accept, "");
        var (photo, message) = ((await Upload(office, dispatch, HandmadePhoto.Jpeg())).Photo!.Value, Id());

        for (var click = 0; click < 3; click++)
            Assert.Equal(new MessageOutcome.Written(Mailed: true), await dispatch.WriteAsCaller(message, "This is the pipe.", [photo]));

        var mail = await backend.Mails.Next(office.Vendors[0].Email, "vendor-message");
        Assert.Contains("> This is the pipe.", mail.Text);
        Assert.Contains("With it: 1 photo, on the page", mail.Text);
        Assert.Equal([DispatchEventKind.CallerSentPhotos, DispatchEventKind.CallerWrote], (await office.Look(dispatch)).Events.TakeLast(2).Select(e => e.Kind).Order().Reverse());
        // Somebody who went back and chose another one has sent that one too.
        var second = (await Upload(office, dispatch, HandmadePhoto.Png())).Photo!.Value;
        await dispatch.WriteAsCaller(message, "This is the pipe.", [second]);
        Assert.Contains("Tom Baker has sent 1 photo for", (await backend.Mails.Next(office.Vendors[0].Email, "vendor-message", 2)).Text);
        Assert.Equal([photo, second], (await office.Look(dispatch)).Photos.Select(p => p.Id));
        Assert.Equal(new MessageOutcome.Written(Mailed: true), await dispatch.WriteAsCaller(Id(), "", [(await Upload(office, dispatch, HandmadePhoto.Webp(HandmadePhoto.Vp8()))).Photo!.Value]));
        Assert.Equal(3, (await office.Look(dispatch)).Photos.Length);
    }

    [Fact]
    public async Task Of_twenty_that_arrive_at_once_six_are_kept_and_one_picture_is_one_photo()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();

        var receipts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Upload(office, dispatch, Different(i))));

        Assert.Equal(Photo.MostOfRequest, receipts.Count(receipt => receipt.Outcome == PhotoOutcome.Kept));
        Assert.Equal(14, receipts.Count(receipt => receipt is { Outcome: PhotoOutcome.Full, Photo: null }));
        Assert.Equal(6, await backend.Database.Scalar<long>("select count(*) from photo where tenant_id = $1", office.Tenant.Value));
        var kept = receipts.First(receipt => receipt.Photo is not null);
        var again = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Upload(office, dispatch, Different(Array.IndexOf(receipts, kept)))));
        Assert.All(again, receipt => Assert.Equal(kept, receipt));
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing_behind()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        foreach (var (file, outcome) in new[]
        {
            ("<svg/>"u8.ToArray(), PhotoOutcome.NotAPhoto), ([0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0], PhotoOutcome.Heic), (HandmadePhoto.Jpeg()[..^1], PhotoOutcome.Broken), (HandmadePhoto.Jpeg(50_000, 50_000), PhotoOutcome.TooManyPixels),
            (new byte[Photo.MaxBytes + 1], PhotoOutcome.TooLarge),
        })
            Assert.Equal(new PhotoReceipt(outcome, null), await Upload(office, dispatch, file));
        await dispatch.Close("", office.Account);
        Assert.Equal(PhotoOutcome.Over, (await Upload(office, dispatch, HandmadePhoto.Jpeg())).Outcome);
        Assert.Equal(PhotoOutcome.Over, (await Upload(office, office.Scope.Dispatch(Id()), HandmadePhoto.Jpeg())).Outcome);

        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from photo where tenant_id = $1", office.Tenant.Value));
        Assert.Equal(0, backend.Services.GetRequiredService<PhotoRoom>().Taken);
    }

    [Fact]
    public async Task A_photo_that_never_came_onto_its_request_is_swept_after_an_hour_and_others_stay()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        var attached = (await Upload(office, dispatch, HandmadePhoto.Png())).Photo!.Value;
        await dispatch.Attach([attached]);
        var left = (await Upload(office, dispatch, HandmadePhoto.Jpeg())).Photo!.Value;
        Assert.Equal([attached], (await office.Look(dispatch)).Photos.Select(photo => photo.Id));

        await backend.Advance(SweeperGrain.PhotoLife + TimeSpan.FromMinutes(1));
        await backend.Grains.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Sweep();

        Assert.Equal([attached], (await backend.Database.Scalar<Guid[]>("select array_agg(id) from photo where tenant_id = $1", office.Tenant.Value)));
        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from photo_chunk where photo_id = $1", left));
        Assert.NotNull(await office.Scope.Photos().Read(attached, 0));
    }

    [Fact, Promise("R34")]
    public async Task Photos_go_with_their_business()
    {
        var office = await Office.Open(backend, s_ten);
        var dispatch = await office.Submit();
        var photo = (await Upload(office, dispatch, HandmadePhoto.Png())).Photo!.Value;

        await office.Scope.Tenant().Erase();

        Assert.Equal(0, await backend.Database.Scalar<long>("select count(*) from photo_chunk where photo_id = $1", photo));
    }

    private Guid Id() => Office.Id(backend);

    internal static async Task<PhotoReceipt> Upload(Office office, IDispatchGrain dispatch, byte[] file)
    {
        var id = dispatch.GetPrimaryKeyString();
        var upload = office.Scope.PhotoUpload(Guid.ParseExact(id[(id.LastIndexOf('/') + 1)..], "n"), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        foreach (var (chunk, seq) in file.Chunk(Photo.ChunkSize).Select((chunk, seq) => (chunk, seq)))
        {
            if (await upload.Add(seq, chunk) is { } refused)
                return new PhotoReceipt(refused, null);
        }

        return await upload.Finish();
    }

    // A picture of another colour each.
    private static byte[] Different(int number) => HandmadePhoto.Png(picture: HandmadePhoto.Deflated([.. Enumerable.Range(0, 3).SelectMany(_ => (byte[])[0, .. Enumerable.Repeat((byte)number, 12)])]));

    // What does not compress is about as long as it is.
    private static byte[] Noise(int bytes)
    {
        var (rows, row) = (bytes / 3001, new byte[3001]);
        using var raw = new MemoryStream();
        for (var i = 0; i < rows; i++)
        {
            RandomNumberGenerator.Fill(row);
            row[0] = 0;
            raw.Write(row);
        }

        return HandmadePhoto.Png(header: HandmadePhoto.Header(1000, rows), picture: HandmadePhoto.Deflated(raw.ToArray()));
    }
}
