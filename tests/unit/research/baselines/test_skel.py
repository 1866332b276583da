import torch
from handmade import TINY


def test_steps_from_first_to_last_and_every_drum_are_heard(model, batch):
    with torch.no_grad():
        h_p = model.skel_p(batch.template)
        assert h_p.shape == (6, TINY.skel_size)
        for step, drum in ((0, 0), (15, 3), (31, 6)):
            other = batch.template.clone()
            other[:, step, drum] = 1 - other[:, step, drum]
            assert (model.skel_p(other) != h_p).any(dim=1).all()


def test_windows_of_a_batch_do_not_mix(model, batch):
    with torch.no_grad():
        assert torch.allclose(
            model.skel_p(batch.template)[2:3], model.skel_p(batch.template[2:3]), atol=1e-6
        )


def test_template_and_notes_have_weights_of_their_own(model, batch):
    with torch.no_grad():
        assert not torch.allclose(model.skel_p(batch.note), model.skel_n(batch.note))
